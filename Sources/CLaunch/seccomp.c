#define _GNU_SOURCE
#include "seccomp.h"

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

// The low halves of the two arguments that matter: whose limits, and where the new ones stand.
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define LOW(argument) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + 8 * (argument))
#define HIGH(argument) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + 8 * (argument) + 4)
#define IF_EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))

#ifdef __x86_64__
enum { NATIVE = AUDIT_ARCH_X86_64, COMPATIBLE = AUDIT_ARCH_I386, COMPATIBLE_PRLIMIT64 = 340, X32 = 0x40000000 };
#else
enum { NATIVE = AUDIT_ARCH_AARCH64, COMPATIBLE = AUDIT_ARCH_ARM, COMPATIBLE_PRLIMIT64 = 369, X32 = 0 };
#endif

int quench_forbid_foreign_limits(void) {
  struct sock_filter instructions[] = {
      LOAD(arch),
      IF_EQUAL((unsigned)NATIVE, 0, 2),
      LOAD(nr),
      IF_EQUAL(SYS_prlimit64, 4, 3),
      IF_EQUAL((unsigned)COMPATIBLE, 0, 9),
      LOAD(nr),
      IF_EQUAL(COMPATIBLE_PRLIMIT64, 1, 7),
      IF_EQUAL(SYS_prlimit64 | X32, 0, 6),
      LOW(0),
      IF_EQUAL(0, 4, 0),
      LOW(2),
      IF_EQUAL(0, 0, 3),
      HIGH(2),
      IF_EQUAL(0, 0, 1),
      ANSWER(SECCOMP_RET_ALLOW),
      ANSWER(SECCOMP_RET_ERRNO | EPERM),
  };
  struct sock_fprog program = {.len = sizeof instructions / sizeof *instructions, .filter = instructions};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0) return 0;
  return errno == EINVAL || errno == ENOSYS ? 0 : -1;
}
#else
int quench_forbid_foreign_limits(void) { return 0; }
#endif
