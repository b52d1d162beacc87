#ifndef QUENCH_MASK_H
#define QUENCH_MASK_H

#include <stddef.h>

/// Something that must not be printed.
struct secret {
  const char *bytes;
  size_t length;
};

/// Copies a command's output from one descriptor to another with the values of secrets replaced by `***`.
struct mask {
  struct secret *secrets;
  int count;
  unsigned char begins[256];
  int source, target;
  size_t pending, capacity;
  char *buffer;
};

/// Makes a mask of the values that the environment has for `names`; values of less than four bytes are no secrets.
///
/// Of a value with several lines each line is hidden by itself too, and of an address its password.
/// Returns 0, or -1 with errno set.
int quench_mask_open(struct mask *mask, char *const *names, int count, int source, int target);

/// Reads what is there, and writes on all of it that can be no part of a secret that is still being printed. Returns 0
/// at the end of the output, 1 before it.
int quench_mask_pump(struct mask *mask);

#endif
