#ifndef QUENCH_LANDLOCK_H
#define QUENCH_LANDLOCK_H

/// Confines this process and all it starts, for good: reading and running is allowed everywhere but below `denied`,
/// writing only below `writable`. Returns the Landlock version used, 0 where the kernel has none, -1 with errno set.
int quench_confine(char *const *writable, int writable_count, char *const *denied, int denied_count);

#endif
