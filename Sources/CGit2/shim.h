#ifndef QUENCH_CGIT2_SHIM_H
#define QUENCH_CGIT2_SHIM_H

#include <git2.h>
#include <git2/sys/repository.h>

/*
 * Accepts repositories with extensions that libgit2 does not list although it reads them the same way: they concern
 * only writers, fetching, or settings of a working tree. git_libgit2_opts is variadic, which Swift cannot call.
 */
static inline int quench_git_accept_extensions(void) {
  const char *names[] = {"worktreeconfig", "partialclone", "preciousobjects", "relativeworktrees"};
  return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, sizeof names / sizeof *names);
}

#endif
