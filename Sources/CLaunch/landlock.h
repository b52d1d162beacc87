#ifndef QUENCH_LANDLOCK_H
#define QUENCH_LANDLOCK_H

/// A list of paths.
struct paths {
  char **items;
  int count;
};

/// Confines this process and all it starts, for good: reading and running is allowed everywhere but below `denied`,
/// writing only below `writable`. What is `writable` or `readable` below something denied is allowed all the same.
/// Returns the Landlock version used, 0 where the kernel has none, -1 with errno set.
int quench_confine(struct paths writable, struct paths readable, struct paths denied);

#endif
