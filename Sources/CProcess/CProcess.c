#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>

extern char **environ;

static int set_up(posix_spawn_file_actions_t *actions, const char *folder, int output, int errors, int kept) {
    int problem = posix_spawn_file_actions_addchdir_np(actions, folder);
    if (!problem) problem = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (!problem) problem = posix_spawn_file_actions_adddup2(actions, output, 1);
    if (!problem) problem = posix_spawn_file_actions_adddup2(actions, errors, 2);
    if (!problem && kept >= 0) problem = posix_spawn_file_actions_adddup2(actions, kept, 3);
#ifdef __linux__
    // Sockets of ours that stayed open in a training would keep the port after we are gone.
    if (!problem) problem = posix_spawn_file_actions_addclosefrom_np(actions, kept >= 0 ? 4 : 3);
#endif
    return problem;
}

static char **pointers(const char *arguments) {
    size_t count = 0;
    for (const char *at = arguments; *at; at += strlen(at) + 1) count++;
    char **list = calloc(count + 1, sizeof *list);
    if (!list) return NULL;
    size_t index = 0;
    for (const char *at = arguments; *at; at += strlen(at) + 1) list[index++] = (char *)at;
    return list;
}

static char **with_variable(const char *variable) {
    size_t count = 0;
    while (environ[count]) count++;
    char **list = calloc(count + 2, sizeof *list);
    if (!list) return NULL;
    list[0] = (char *)variable;
    memcpy(list + 1, environ, count * sizeof *list);
    return list;
}

int ds_spawn(const char *arguments, const char *variable, const char *folder, int output, int errors, int kept,
             bool newSession, pid_t *pid) {
    char **list = pointers(arguments);
    char **variables = with_variable(variable);
    if (!list || !list[0] || !variables) {
        int problem = list && variables ? EINVAL : ENOMEM;
        free(list);
        free(variables);
        return problem;
    }
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    // Ignored signals and blocked ones are inherited: the child gets none of ours.
    sigset_t none, usual;
    sigemptyset(&none);
    sigfillset(&usual);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
#ifdef POSIX_SPAWN_SETSID
    if (newSession) flags |= POSIX_SPAWN_SETSID;
#endif
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, flags);
    int problem = set_up(&actions, folder, output, errors, kept);
    if (!problem) problem = posix_spawn(pid, list[0], &actions, &attributes, list, variables);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(list);
    free(variables);
    return problem;
}

int ds_wait(pid_t pid, bool block, int *status) {
    int raw = 0;
    pid_t found;
    do {
        found = waitpid(pid, &raw, block ? 0 : WNOHANG);
    } while (found < 0 && errno == EINTR);
    if (found == 0) return 0;
    if (found < 0) return -1;
    *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return 1;
}

bool ds_lock(int file) {
    int result;
    do {
        result = flock(file, LOCK_EX | LOCK_NB);
    } while (result < 0 && errno == EINTR);
    return result == 0;
}

void ds_keep_freed_memory(void) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
#endif
}
