#ifndef QUENCH_CLAUNCH_H
#define QUENCH_CLAUNCH_H

#include <stdint.h>
#include <sys/types.h>

/// Runs `quench launch …`: starts one command in a session of its own, stays as its parent and records how it ended.
/// It is C, single-threaded, and runs before anything of Swift does, because it forks.
int quench_launch_main(int argc, char *const *argv);

/// The Landlock version of the running kernel; 0 where it has none or it is switched off.
int quench_landlock_version(void);

/// A file descriptor that becomes readable when the process `pid` ends, or -1 with errno set.
int quench_pidfd_open(pid_t pid);

/// Clones the whole of `source` into `destination` sharing its blocks; 0, or -1 with errno set where that cannot be done.
int quench_reflink(int source, int destination);

/// When the process started, in clock ticks since boot (field 22 of `/proc/<pid>/stat`); 0 where there is no such
/// process or it has ended and only waits to be reaped, UINT64_MAX where that cannot be told now (too many open files).
uint64_t quench_process_start_time(pid_t pid);

/// Writes what tells this boot of the machine from every other to `identifier`, at most `room` bytes with the closing NUL;
/// an empty text where the system does not say.
void quench_boot_identifier(char *identifier, int room);

/// Sends `signal` to every descendant of `root`, and to `root` too where `include_root` is set. Returns how many were signalled.
int quench_signal_tree(pid_t root, int signal, int include_root);

/// A TCP socket that listens on this machine.
struct quench_listener {
  uint32_t inode;
  uint16_t port;
};

/// Writes the listening TCP sockets of this machine to `listeners`, at most `room`; returns how many, or -1 with errno set.
int quench_listeners(struct quench_listener *listeners, int room);

#endif
