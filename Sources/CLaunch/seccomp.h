#ifndef QUENCH_SECCOMP_H
#define QUENCH_SECCOMP_H

/// Keeps this process, and all that it starts, from setting the resource limits of others: by prlimit(2) a process could
/// end every other one of its user (RLIMIT_CPU), which no Landlock scope covers. Returns 0, or -1 with errno set; where the
/// kernel has no such filter, or the processor is another one, nothing happens.
int quench_forbid_foreign_limits(void);

#endif
