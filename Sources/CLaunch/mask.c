#include "mask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_LINE = 64 * 1024, SHORTEST_SECRET = 4 };

static int by_length(const void *left, const void *right) {
  size_t a = strlen(*(const char *const *)left), b = strlen(*(const char *const *)right);
  return a < b ? 1 : a > b ? -1 : 0;
}

int quench_mask_open(struct mask *mask, char *const *names, int count, int source, int target) {
  *mask = (struct mask){.source = source, .target = target, .capacity = LONGEST_LINE};
  mask->values = calloc((size_t)count + 1, sizeof(char *));
  mask->buffer = malloc(LONGEST_LINE);
  if (mask->values == NULL || mask->buffer == NULL) return errno = ENOMEM, -1;
  for (int i = 0; i < count; i++) {
    char name[256];
    int length = snprintf(name, sizeof name, "_Q_%s", names[i]);
    const char *value = length > 0 && (size_t)length < sizeof name ? getenv(name) : NULL;
    if (value != NULL && strlen(value) >= SHORTEST_SECRET) mask->values[mask->count++] = value;
  }
  // Where one secret begins with another, the longer one is to go as a whole.
  qsort(mask->values, (size_t)mask->count, sizeof *mask->values, by_length);
  return 0;
}

static void write_all(int target, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(target, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    // A log that cannot be written is no reason to stop the service.
    if (written <= 0) return;
    bytes += written, count -= (size_t)written;
  }
}

static void write_masked(const struct mask *mask, const char *bytes, size_t count) {
  size_t clean = 0, at = 0;
  while (at < count) {
    size_t length = 0;
    for (int i = 0; i < mask->count && length == 0; i++) {
      size_t candidate = strlen(mask->values[i]);
      if (candidate <= count - at && memcmp(bytes + at, mask->values[i], candidate) == 0) length = candidate;
    }
    if (length == 0) {
      at++;
      continue;
    }
    write_all(mask->target, bytes + clean, at - clean);
    write_all(mask->target, "***", 3);
    at += length, clean = at;
  }
  write_all(mask->target, bytes + clean, count - clean);
}

int quench_mask_pump(struct mask *mask) {
  ssize_t got = read(mask->source, mask->buffer + mask->pending, mask->capacity - mask->pending);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return 1;
  if (got <= 0) {
    write_masked(mask, mask->buffer, mask->pending);
    mask->pending = 0;
    return 0;
  }
  mask->pending += (size_t)got;
  // A secret may be cut by the end of a reading, but not by the end of a line.
  size_t whole = mask->pending;
  while (whole > 0 && mask->buffer[whole - 1] != '\n') whole--;
  if (whole == 0 && mask->pending == mask->capacity) whole = mask->pending;
  write_masked(mask, mask->buffer, whole);
  memmove(mask->buffer, mask->buffer + whole, mask->pending - whole);
  mask->pending -= whole;
  return 1;
}
