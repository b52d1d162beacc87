#ifndef QUENCH_MASK_H
#define QUENCH_MASK_H

#include <stddef.h>

/// Copies a command's output from one descriptor to another with the values of secrets replaced by `***`.
struct mask {
  const char **values;
  int count;
  int source, target;
  size_t pending, capacity;
  char *buffer;
};

/// Makes a mask of the values that the environment has for `names`; values of less than four bytes are no secrets.
/// Returns 0, or -1 with errno set.
int quench_mask_open(struct mask *mask, char *const *names, int count, int source, int target);

/// Reads what is there, and writes it on line by line. Returns 0 at the end of the output, 1 before it.
int quench_mask_pump(struct mask *mask);

#endif
