#define _GNU_SOURCE
#include "CLaunch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "landlock.h"
#include "mask.h"

#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

// What the command line of `quench launch` says.
struct options {
  const char *record;
  const char *log;
  // A folder without which nobody would know of the command any more.
  const char *end_with;
  int detach;
  int lifeline;
  int confine;
  int leave_descendants;
  int stop_signal;
  long grace_milliseconds;
  struct paths writable, readable, denied;
  char **masked;
  int masked_count;
  char *const *command;
};

enum { STATUS_CANNOT_LAUNCH = 120 };

// What this process prints, on a line by itself, when it is not the command whose ending it reports. Only this process
// and its caller know it: the command's own environment does not have it.
static const char *mark;

static int fail(const char *what) {
  dprintf(STDERR_FILENO, "quench launch: %s: %s\n", what, strerror(errno));
  if (mark != NULL) dprintf(STDERR_FILENO, "%s\n", mark);
  return STATUS_CANNOT_LAUNCH;
}

static int parse(int argc, char *const *argv, struct options *o) {
  *o = (struct options){.stop_signal = SIGTERM, .grace_milliseconds = 10000};
  char ***lists[] = {&o->writable.items, &o->readable.items, &o->denied.items, &o->masked};
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
    *lists[i] = calloc((size_t)argc + 1, sizeof(char *));
    if (*lists[i] == NULL) return -1;
  }
  for (int i = 2; i < argc; i++) {
    const char *word = argv[i];
    if (strcmp(word, "--") == 0) {
      o->command = argv + i + 1;
      return i + 1 < argc ? 0 : -1;
    }
    if (strcmp(word, "--detach") == 0) o->detach = 1;
    else if (strcmp(word, "--lifeline") == 0) o->lifeline = 1;
    else if (strcmp(word, "--confine") == 0) o->confine = 1;
    else if (strcmp(word, "--leave-descendants") == 0) o->leave_descendants = 1;
    else if (i + 1 >= argc) return -1;
    else if (strcmp(word, "--record") == 0) o->record = argv[++i];
    else if (strcmp(word, "--log") == 0) o->log = argv[++i];
    else if (strcmp(word, "--end-with") == 0) o->end_with = argv[++i];
    else if (strcmp(word, "--stop-signal") == 0) o->stop_signal = atoi(argv[++i]);
    else if (strcmp(word, "--grace-milliseconds") == 0) o->grace_milliseconds = atol(argv[++i]);
    else if (strcmp(word, "--writable") == 0) o->writable.items[o->writable.count++] = argv[++i];
    else if (strcmp(word, "--readable") == 0) o->readable.items[o->readable.count++] = argv[++i];
    else if (strcmp(word, "--denied") == 0) o->denied.items[o->denied.count++] = argv[++i];
    else if (strcmp(word, "--mask") == 0) o->masked[o->masked_count++] = argv[++i];
    else return -1;
  }
  return -1;
}

// Replaces the file at `path` by `text`: whoever reads it meanwhile gets the old text or the new.
static int replace_file(const char *path, const char *text) {
  char draft[4096];
  int written = snprintf(draft, sizeof draft, "%s.%d", path, (int)getpid());
  if (written < 0 || (size_t)written >= sizeof draft) return errno = ENAMETOOLONG, -1;
  int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  size_t length = strlen(text);
  if (write(fd, text, length) != (ssize_t)length) {
    int saved = errno;
    close(fd), unlink(draft);
    return errno = saved, -1;
  }
  close(fd);
  return rename(draft, path);
}

static int write_record(const struct options *o, pid_t child, int isolation) {
  if (o->record == NULL) return 0;
  char text[512], boot[64];
  quench_boot_identifier(boot, sizeof boot);
  // Without it nobody could tell the process from a later one.
  const uint64_t started = quench_process_start_time(child), own = quench_process_start_time(getpid());
  if (started == UINT64_MAX || own == UINT64_MAX) return errno = ENFILE, -1;
  snprintf(text, sizeof text,
           "{\"version\":1,\"boot\":\"%s\",\"pid\":%d,\"start\":%llu,\"launcher_pid\":%d,\"launcher_start\":%llu,"
           "\"landlock\":%d}\n",
           boot, (int)child, (unsigned long long)started, (int)getpid(),
           (unsigned long long)own, isolation);
  return replace_file(o->record, text);
}

static void write_ending(const struct options *o, int status) {
  if (o->record == NULL) return;
  char path[4096], text[128];
  int written = snprintf(path, sizeof path, "%s.ended", o->record);
  if (written < 0 || (size_t)written >= sizeof path) return;
  int signalled = WIFSIGNALED(status);
  snprintf(text, sizeof text, "{\"version\":1,\"%s\":%d,\"at\":%lld}\n", signalled ? "signal" : "status",
           signalled ? WTERMSIG(status) : WEXITSTATUS(status), (long long)time(NULL));
  replace_file(path, text);
}

// What stands before the name of each variable that is meant for the command. The launcher itself is not confined, so
// nothing of what the code under test may choose (LD_PRELOAD, for one) is to work on it.
#define COMMAND_VARIABLE "_Q_"

// Makes the variables that are meant for the command the whole environment.
static void take_environment(void) {
  const size_t prefix = strlen(COMMAND_VARIABLE);
  char **kept = environ;
  for (char **entry = environ; *entry != NULL; entry++) {
    if (strncmp(*entry, COMMAND_VARIABLE, prefix) == 0) *kept++ = *entry + prefix;
  }
  *kept = NULL;
}

// The command's side of the fork: waits for the word to go, confines itself, becomes the command.
static void become_command(const struct options *o, int go, int failure) {
  setsid();
#ifdef __linux__
  if (o->lifeline) prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  int null = open("/dev/null", O_RDONLY);
  if (null >= 0) dup2(null, STDIN_FILENO);
  if (null > STDERR_FILENO) close(null);
  char word;
  if (read(go, &word, 1) != 1) _exit(STATUS_CANNOT_LAUNCH);
  if (o->confine && quench_confine(o->writable, o->readable, o->denied) < 0) {
    int reason = errno;
    dprintf(STDERR_FILENO, "quench launch: cannot confine the command: %s\n", strerror(reason));
    (void)!write(failure, &reason, sizeof reason);
    _exit(STATUS_CANNOT_LAUNCH);
  }
  take_environment();
  execvp(o->command[0], o->command);
  int reason = errno;
  (void)!write(failure, &reason, sizeof reason);
  _exit(reason == ENOENT ? 127 : 126);
}

static long long now_milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (long long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int signal_pipe[2];

static void on_signal(int number) {
  int saved = errno;
  unsigned char byte = (unsigned char)number;
  (void)!write(signal_pipe[1], &byte, 1);
  errno = saved;
}

static int watch_signals(void) {
  if (pipe(signal_pipe) != 0) return -1;
  for (int i = 0; i < 2; i++) {
    fcntl(signal_pipe[i], F_SETFD, FD_CLOEXEC);
    fcntl(signal_pipe[i], F_SETFL, O_NONBLOCK);
  }
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGCHLD, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGHUP, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  // Whoever started this may have done so on a thread that lets no signal through.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  return 0;
}

// Stays until the command and everything it left behind have ended, masking what they print where `output` is not NULL;
// returns the command's wait status.
static int stay(const struct options *o, pid_t child, struct mask *output) {
  enum { RUNNING, STOPPING, KILLING } state = RUNNING;
  const long long patience_for_leftovers = 250;
  // No event tells that a folder went away without a watch of its own, which not every file system has.
  const int folder_interval = 2000;
  struct stat folder;
  int has_folder = o->end_with != NULL && stat(o->end_with, &folder) == 0;
  long long deadline = 0;
  int status = 0, child_ended = 0, lifeline_open = o->lifeline, children_left = 1;
  while (children_left) {
    int timeout = has_folder ? folder_interval : -1;
    if (state != RUNNING) {
      long long left = deadline - now_milliseconds();
      timeout = left < 0 ? 0 : left > 1000 ? 1000 : (int)left;
    }
    struct pollfd polled[3] = {{.fd = signal_pipe[0], .events = POLLIN},
                               {.fd = lifeline_open ? STDIN_FILENO : -1, .events = POLLIN},
                               {.fd = output == NULL ? -1 : output->source, .events = POLLIN}};
    poll(polled, 3, timeout);
    if (output != NULL && polled[2].revents != 0 && !quench_mask_pump(output)) output = NULL;

    int asked_to_stop = 0;
    unsigned char number;
    while (read(signal_pipe[0], &number, 1) == 1) {
      if (number != SIGCHLD) asked_to_stop = 1;
    }
    if (has_folder && state == RUNNING) {
      struct stat now;
      if (stat(o->end_with, &now) != 0 ? errno == ENOENT : now.st_ino != folder.st_ino || now.st_dev != folder.st_dev)
        asked_to_stop = 1;
    }
    if (lifeline_open && polled[1].revents != 0) {
      char byte;
      if (read(STDIN_FILENO, &byte, 1) <= 0) lifeline_open = 0, asked_to_stop = 1;
    }

    for (;;) {
      int ended_status;
      pid_t ended = waitpid(-1, &ended_status, WNOHANG);
      if (ended < 0 && errno == ECHILD) children_left = 0;
      if (ended <= 0) break;
      if (ended == child) {
        child_ended = 1, status = ended_status;
        write_ending(o, status);
      }
    }
    if (!children_left) break;

    if (state == RUNNING && asked_to_stop) {
      state = STOPPING;
      deadline = now_milliseconds() + o->grace_milliseconds;
      if (!child_ended && kill(-child, o->stop_signal) != 0) kill(child, o->stop_signal);
    } else if (child_ended && state == RUNNING) {
      state = STOPPING;
      deadline = now_milliseconds() + patience_for_leftovers;
      quench_signal_tree(getpid(), SIGTERM, 0);
    } else if (child_ended && state == STOPPING && deadline > now_milliseconds() + patience_for_leftovers) {
      deadline = now_milliseconds() + patience_for_leftovers;
      quench_signal_tree(getpid(), SIGTERM, 0);
    }
    if (state != RUNNING && now_milliseconds() >= deadline) {
      state = KILLING;
      deadline = now_milliseconds() + 20;
      quench_signal_tree(getpid(), SIGKILL, 0);
    }
  }
  // Nobody is left who could print more, so this reads what is still in the pipe and ends.
  while (output != NULL && quench_mask_pump(output)) continue;
  return status;
}

static int open_log(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return -1;
  dup2(fd, STDOUT_FILENO);
  dup2(fd, STDERR_FILENO);
  if (fd > STDERR_FILENO) close(fd);
  return 0;
}

// Nothing but the three standard streams is passed on, so that no lock or socket of the caller's is inherited.
static void close_inherited(void) {
#ifdef SYS_close_range
  if (syscall(SYS_close_range, STDERR_FILENO + 1, ~0U, 0) == 0) return;
#endif
  long limit = sysconf(_SC_OPEN_MAX);
  if (limit < 0 || limit > 65536) limit = 65536;
  for (int fd = STDERR_FILENO + 1; fd < limit; fd++) close(fd);
}

// The launcher proper, after it has left its caller's session. `ready` gets one byte once the record is written and the
// command runs, or the errno that kept it from doing so.
static int launch(struct options *o, int ready) {
  int go[2], failure[2];
  setsid();
  if (watch_signals() != 0 || pipe(go) != 0 || pipe(failure) != 0) return fail("pipe");
  fcntl(failure[1], F_SETFD, FD_CLOEXEC);
#ifdef __linux__
  // Whatever the command starts is then this process's to end, however far it went away.
  if (!o->leave_descendants) prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#endif
  if (o->log != NULL) {
    if (open_log(o->log) != 0) return fail(o->log);
    // So that a command may open /dev/stdout and /dev/stderr anew.
    o->writable.items[o->writable.count++] = (char *)o->log;
  }
  // What is printed goes through this process where secrets are to be kept out of it.
  struct mask mask, *output = NULL;
  int printed[2] = {-1, -1};
  if (o->masked_count > 0) {
    if (pipe(printed) != 0 || quench_mask_open(&mask, o->masked, o->masked_count, printed[0], STDOUT_FILENO) != 0)
      return fail("pipe");
    fcntl(printed[0], F_SETFD, FD_CLOEXEC);
    output = &mask;
  }
  pid_t child = fork();
  if (child < 0) return fail("fork");
  if (child == 0) {
    close(go[1]), close(failure[0]);
    if (output != NULL) {
      dup2(printed[1], STDOUT_FILENO), dup2(printed[1], STDERR_FILENO);
      close(printed[0]), close(printed[1]);
    }
    fcntl(go[0], F_SETFD, FD_CLOEXEC);
    if (ready >= 0) close(ready);
    close(signal_pipe[0]), close(signal_pipe[1]);
    become_command(o, go[0], failure[1]);
  }
  close(go[0]), close(failure[1]);
  if (output != NULL) close(printed[1]);
  if (write_record(o, child, o->confine ? quench_landlock_version() : 0) != 0) {
    int status = fail(o->record);
    kill(child, SIGKILL);
    return status;
  }
  (void)!write(go[1], "g", 1);
  close(go[1]);
  int reason = 0;
  ssize_t got = read(failure[0], &reason, sizeof reason);
  close(failure[0]);
  if (got == sizeof reason) {
    errno = reason;
    dprintf(STDERR_FILENO, "quench launch: %s: %s\n", o->command[0], strerror(reason));
  }
  if (ready >= 0) {
    (void)!write(ready, &reason, sizeof reason);
    close(ready);
  }
  int status = stay(o, child, output);
  // The command itself cannot have said so: what it would have to write to was closed when it began.
  if (mark != NULL && got == sizeof reason && WIFEXITED(status) && WEXITSTATUS(status) == STATUS_CANNOT_LAUNCH)
    dprintf(STDERR_FILENO, "%s\n", mark);
  if (WIFSIGNALED(status)) {
    // The caller sees the same ending as the command's, without a second core file.
    signal(WTERMSIG(status), SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, WTERMSIG(status));
    sigprocmask(SIG_UNBLOCK, &one, NULL);
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    kill(getpid(), WTERMSIG(status));
  }
  return WEXITSTATUS(status);
}

int quench_launch_main(int argc, char *const *argv) {
  struct options options;
  if (parse(argc, argv, &options) != 0) {
    dprintf(STDERR_FILENO, "quench launch is how Quench starts processes; it is not for use by hand\n");
    return 64;
  }
  umask(022);
  close_inherited();
  mark = getenv("QUENCH_LAUNCH_MARK");
  if (!options.detach) return launch(&options, -1);

  int ready[2];
  if (pipe(ready) != 0) return fail("pipe");
  pid_t detached = fork();
  if (detached < 0) return fail("fork");
  if (detached == 0) {
    close(ready[0]);
    fcntl(ready[1], F_SETFD, FD_CLOEXEC);
    if (options.log == NULL) options.log = "/dev/null";
    _exit(launch(&options, ready[1]));
  }
  close(ready[1]);
  int reason = 0;
  ssize_t got = read(ready[0], &reason, sizeof reason);
  if (got == sizeof reason && reason == 0) return 0;
  if (got == sizeof reason) {
    errno = reason;
    return fail(options.command[0]);
  }
  return STATUS_CANNOT_LAUNCH;
}
