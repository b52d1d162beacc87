#define _GNU_SOURCE
#include "mask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Hiding every `1` or `yes` would hide the output and protect nothing; parts of a value are chosen by nobody and so have
// to be longer still.
enum { SHORTEST_SECRET = 4, SHORTEST_PART = 8, LARGEST_READING = 64 * 1024 };

static int by_length(const void *left, const void *right) {
  size_t a = ((const struct secret *)left)->length, b = ((const struct secret *)right)->length;
  return a < b ? 1 : a > b ? -1 : 0;
}

static int is_blank(char byte) { return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'; }

// Adds what is between `start` and `end` without blanks around it. With `secrets` NULL it only counts.
static void add(struct mask *mask, const char *start, const char *end, size_t shortest) {
  while (start < end && is_blank(*start)) start++;
  while (start < end && is_blank(end[-1])) end--;
  if ((size_t)(end - start) < shortest) return;
  if (mask->secrets != NULL) mask->secrets[mask->count] = (struct secret){start, (size_t)(end - start)};
  mask->count++;
}

static void add_lines(struct mask *mask, const char *value) {
  if (strchr(value, '\n') == NULL) return;
  for (const char *line = value; *line != '\0';) {
    size_t length = strcspn(line, "\n");
    add(mask, line, line + length, SHORTEST_PART);
    line += length + (line[length] == '\n');
  }
}

// Adds the password of `scheme://user:password@host`. One that is the user's name protects nothing.
static void add_password(struct mask *mask, const char *value) {
  const char *user = strstr(value, "://");
  if (user == NULL) return;
  user += 3;
  const char *at = user + strcspn(user, "/?# \n");
  while (at > user && *at != '@') at--;
  const char *colon = memchr(user, ':', (size_t)(at - user));
  if (colon == NULL) return;
  size_t length = (size_t)(at - colon - 1);
  if (length == (size_t)(colon - user) && memcmp(user, colon + 1, length) == 0) return;
  add(mask, colon + 1, at, SHORTEST_SECRET);
}

static void add_all(struct mask *mask, char *const *names, int count) {
  // A secret is a variable of the command's, or one that the launcher alone has.
  static const char *const prefixes[] = {"_Q_", "_M_"};
  mask->count = 0;
  for (int i = 0; i < 2 * count; i++) {
    char name[256];
    int length = snprintf(name, sizeof name, "%s%s", prefixes[i % 2], names[i / 2]);
    const char *value = length > 0 && (size_t)length < sizeof name ? getenv(name) : NULL;
    if (value == NULL) continue;
    add(mask, value, value + strlen(value), SHORTEST_SECRET);
    add_lines(mask, value);
    add_password(mask, value);
  }
}

int quench_mask_open(struct mask *mask, char *const *names, int count, int source, int target) {
  *mask = (struct mask){.source = source, .target = target};
  add_all(mask, names, count);
  mask->secrets = calloc((size_t)mask->count + 1, sizeof *mask->secrets);
  if (mask->secrets == NULL) return errno = ENOMEM, -1;
  add_all(mask, names, count);
  // Where one secret begins with another, the longer one is to go as a whole.
  qsort(mask->secrets, (size_t)mask->count, sizeof *mask->secrets, by_length);
  for (int i = 0; i < mask->count; i++) mask->begins[(unsigned char)mask->secrets[i].bytes[0]] = 1;
  // There is always room to read more: what waits is shorter than the longest secret.
  mask->capacity = LARGEST_READING + mask->secrets[0].length;
  mask->buffer = malloc(mask->capacity);
  return mask->buffer == NULL ? (errno = ENOMEM, -1) : 0;
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

enum match { NOTHING, BEGINNING, WHOLE };

// What of a secret, the longest there can be, is at the beginning of the bytes. Of one that the end of the output cuts
// off, a few bytes tell nothing.
static enum match look(const struct mask *mask, const char *bytes, size_t count, int is_end, size_t *length) {
  if (!mask->begins[(unsigned char)*bytes]) return NOTHING;
  for (int i = 0; i < mask->count; i++) {
    const struct secret *secret = &mask->secrets[i];
    if (memcmp(bytes, secret->bytes, secret->length < count ? secret->length : count) != 0) continue;
    if (secret->length > count && is_end && count < SHORTEST_PART) continue;
    *length = secret->length;
    return secret->length <= count ? WHOLE : BEGINNING;
  }
  return NOTHING;
}

// Writes the bytes on without secrets, up to where the beginning of one may go on in the next reading. Returns how many
// bytes are done with.
static size_t write_masked(const struct mask *mask, const char *bytes, size_t count, int is_end) {
  size_t clean = 0, at = 0;
  while (at < count) {
    size_t length = 0;
    enum match match = look(mask, bytes + at, count - at, is_end, &length);
    if (match == BEGINNING && !is_end) break;
    if (match == NOTHING) {
      at++;
      continue;
    }
    write_all(mask->target, bytes + clean, at - clean);
    write_all(mask->target, "***", 3);
    at = match == WHOLE ? at + length : count;
    clean = at;
  }
  write_all(mask->target, bytes + clean, at - clean);
  return at;
}

int quench_mask_pump(struct mask *mask) {
  ssize_t got = read(mask->source, mask->buffer + mask->pending, mask->capacity - mask->pending);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return 1;
  if (got > 0) mask->pending += (size_t)got;
  size_t done = write_masked(mask, mask->buffer, mask->pending, got <= 0);
  memmove(mask->buffer, mask->buffer + done, mask->pending - done);
  mask->pending -= done;
  return got > 0;
}
