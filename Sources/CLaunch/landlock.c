#define _GNU_SOURCE
#include "landlock.h"

#include "seccomp.h"

#include "CLaunch.h"

#ifdef __linux__
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// The numbers of landlock(7), written out so that older kernel headers do.
enum {
  SYS_create_ruleset = 444,
  SYS_add_rule = 445,
  SYS_restrict_self = 446,
  RULE_PATH_BENEATH = 1,
  CREATE_RULESET_VERSION = 1,
};

#define FS_EXECUTE (1ULL << 0)
#define FS_WRITE_FILE (1ULL << 1)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)
#define FS_REFER (1ULL << 13)
#define FS_TRUNCATE (1ULL << 14)
#define FS_ALL_V1 ((1ULL << 13) - 1)
#define FS_READ (FS_EXECUTE | FS_READ_FILE | FS_READ_DIR)
#define FS_FILE_ONLY (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE)
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define SCOPE_SIGNAL (1ULL << 1)

struct ruleset_attr {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};

struct path_beneath_attr {
  uint64_t allowed_access;
  int32_t parent_fd;
} __attribute__((packed));

int quench_landlock_version(void) {
  long version = syscall(SYS_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
  return version < 0 ? 0 : (int)version;
}

struct confinement {
  int ruleset;
  uint64_t handled;
  struct paths denied;
};

// Whether `path` is `parent` or lies below it.
static int lies_in(const char *path, const char *parent) {
  size_t length = strlen(parent);
  if (strcmp(parent, "/") == 0) return 1;
  return strncmp(path, parent, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static void add_rule(const struct confinement *c, const char *path, uint64_t access) {
  int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return;
  struct stat status;
  if (fstat(fd, &status) == 0) {
    struct path_beneath_attr rule = {.allowed_access = access & c->handled, .parent_fd = fd};
    if (!S_ISDIR(status.st_mode)) rule.allowed_access &= FS_FILE_ONLY;
    if (rule.allowed_access != 0) syscall(SYS_add_rule, c->ruleset, RULE_PATH_BENEATH, &rule, 0);
  }
  close(fd);
}

// Allows `access` below `path`. Landlock can only add, so a folder that holds something denied is opened up child by
// child, leaving the denied ones out. What is named itself is allowed also where it stands below something denied.
static void allow(const struct confinement *c, const char *path, uint64_t access) {
  int holds_denied = 0;
  for (int i = 0; i < c->denied.count; i++) {
    if (strcmp(path, c->denied.items[i]) == 0) return;
    if (lies_in(c->denied.items[i], path)) holds_denied = 1;
  }
  if (!holds_denied) {
    add_rule(c, path, access);
    return;
  }
  DIR *directory = opendir(path);
  if (directory == NULL) return;
  struct dirent *entry;
  char child[PATH_MAX];
  while ((entry = readdir(directory)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    int written = snprintf(child, sizeof child, "%s/%s", strcmp(path, "/") == 0 ? "" : path, entry->d_name);
    if (written < 0 || (size_t)written >= sizeof child) continue;
    struct stat status;
    // A link is followed by the kernel to where it points, which has a rule of its own; following it here could lead
    // into what is denied.
    if (lstat(child, &status) != 0 || S_ISLNK(status.st_mode)) continue;
    allow(c, child, access);
  }
  closedir(directory);
}

// What root could still use against other processes and the machine: SYS_MODULE, SYS_RAWIO, SYS_PTRACE, SYS_ADMIN,
// SYS_BOOT, MKNOD, PERFMON and BPF. PERFMON and SYS_ADMIN let a process read others' environment past Landlock (recent
// kernels ask for no more in mm_access). Nothing happens where they were not there.
static void drop_capabilities(void) {
  static const int capabilities[] = {16, 17, 19, 21, 22, 27, 38, 39};
  for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++) prctl(PR_CAPBSET_DROP, capabilities[i], 0, 0, 0);
}

static void allow_all(const struct confinement *c, struct paths paths, uint64_t access) {
  for (int i = 0; i < paths.count; i++) {
    char *resolved = realpath(paths.items[i], NULL);
    if (resolved == NULL) continue;
    allow(c, resolved, access);
    free(resolved);
  }
}

int quench_confine(struct paths writable, struct paths readable, struct paths denied) {
  int version = quench_landlock_version();
  if (version == 0) return 0;
  drop_capabilities();
  uint64_t handled = FS_ALL_V1;
  if (version >= 2) handled |= FS_REFER;
  if (version >= 3) handled |= FS_TRUNCATE;
  struct ruleset_attr attributes = {.handled_access_fs = handled,
                                    .scoped = version >= 6 ? SCOPE_SIGNAL | SCOPE_ABSTRACT_UNIX_SOCKET : 0};
  size_t size = version >= 6 ? sizeof attributes : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
  int ruleset = (int)syscall(SYS_create_ruleset, &attributes, size, 0);
  if (ruleset < 0) return -1;

  struct confinement c = {.ruleset = ruleset, .handled = handled};
  c.denied.items = calloc((size_t)denied.count + 1, sizeof(char *));
  if (c.denied.items == NULL) return -1;
  for (int i = 0; i < denied.count; i++) {
    char *resolved = realpath(denied.items[i], NULL);
    if (resolved != NULL) c.denied.items[c.denied.count++] = resolved;
  }
  allow(&c, "/", FS_READ);
  // Not /dev/pts: what is written to somebody's terminal can be a command to it.
  // Nor /dev/shm, where programs of the same user meet, unless it is asked for.
  static const char *const devices[] = {"/dev/null",   "/dev/zero",    "/dev/full", "/dev/random",
                                        "/dev/urandom", "/dev/tty", "/dev/ptmx"};
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) allow(&c, devices[i], handled);
  allow_all(&c, readable, FS_READ);
  allow_all(&c, writable, handled);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  if (syscall(SYS_restrict_self, ruleset, 0) != 0) return -1;
  close(ruleset);
  if (quench_forbid_foreign_limits() != 0) return -1;
  return version;
}
#else
int quench_landlock_version(void) { return 0; }

int quench_confine(struct paths writable, struct paths readable, struct paths denied) {
  (void)writable, (void)readable, (void)denied;
  return 0;
}
#endif
