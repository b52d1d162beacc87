#define _GNU_SOURCE
#include "CLaunch.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

// Reads parent and start time from /proc/<pid>/stat. The name in field 2 may hold anything, so fields are counted from
// its last closing parenthesis.
static int read_stat(pid_t pid, pid_t *parent, uint64_t *start, char *state) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t length = read(fd, text, sizeof text - 1);
  int saved = length == 0 ? ESRCH : errno;
  close(fd);
  errno = saved;
  if (length <= 0) return -1;
  text[length] = '\0';
  char *field = strrchr(text, ')');
  if (field == NULL) return -1;
  field += 2;
  *state = *field;
  for (int number = 3; number <= 22; number++) {
    if (number == 4) *parent = (pid_t)strtol(field, NULL, 10);
    if (number == 22) *start = strtoull(field, NULL, 10);
    field = strchr(field, ' ');
    if (field == NULL) return number >= 22 ? 0 : -1;
    field++;
  }
  return 0;
}

void quench_boot_identifier(char *identifier, int room) {
  identifier[0] = '\0';
  int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t length = read(fd, identifier, (size_t)room - 1);
  close(fd);
  identifier[length < 0 ? 0 : length] = '\0';
  identifier[strcspn(identifier, "\n")] = '\0';
}

uint64_t quench_process_start_time(pid_t pid) {
  pid_t parent;
  uint64_t start = 0;
  char state;
  errno = 0;
  if (read_stat(pid, &parent, &start, &state) != 0) return errno == ENOENT || errno == ESRCH ? 0 : UINT64_MAX;
  return state == 'Z' || state == 'X' ? 0 : start;
}

int quench_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int quench_reflink(int source, int destination) { return ioctl(destination, FICLONE, source); }

struct entry {
  pid_t pid, parent;
  int marked;
};

int quench_signal_tree(pid_t root, int signal, int include_root) {
  DIR *directory = opendir("/proc");
  if (directory == NULL) return 0;
  struct entry *entries = NULL;
  size_t count = 0, room = 0;
  struct dirent *item;
  while ((item = readdir(directory)) != NULL) {
    if (!isdigit((unsigned char)item->d_name[0])) continue;
    pid_t pid = (pid_t)strtol(item->d_name, NULL, 10), parent;
    uint64_t start;
    char state;
    if (read_stat(pid, &parent, &start, &state) != 0) continue;
    if (count == room) {
      room = room == 0 ? 256 : room * 2;
      struct entry *grown = realloc(entries, room * sizeof *entries);
      if (grown == NULL) break;
      entries = grown;
    }
    entries[count++] = (struct entry){pid, parent, pid == root};
  }
  closedir(directory);
  // Marks spread from parents to children until nothing changes; process trees are shallow, so few rounds do.
  for (int changed = 1; changed;) {
    changed = 0;
    for (size_t i = 0; i < count; i++) {
      if (entries[i].marked) continue;
      for (size_t j = 0; j < count; j++) {
        if (entries[j].marked && entries[j].pid == entries[i].parent) {
          entries[i].marked = changed = 1;
          break;
        }
      }
    }
  }
  int signalled = 0;
  for (size_t i = 0; i < count; i++) {
    if (!entries[i].marked || (entries[i].pid == root && !include_root)) continue;
    if (kill(entries[i].pid, signal) == 0) signalled++;
  }
  free(entries);
  return signalled;
}
#else
void quench_boot_identifier(char *identifier, int room) {
  (void)room;
  identifier[0] = '\0';
}

uint64_t quench_process_start_time(pid_t pid) { return kill(pid, 0) == 0 ? 1 : 0; }

int quench_pidfd_open(pid_t pid) {
  (void)pid;
  errno = ENOSYS;
  return -1;
}

int quench_reflink(int source, int destination) {
  (void)source, (void)destination;
  errno = ENOTSUP;
  return -1;
}

int quench_signal_tree(pid_t root, int signal, int include_root) {
  (void)include_root;
  return kill(-root, signal) == 0 ? 1 : 0;
}
#endif
