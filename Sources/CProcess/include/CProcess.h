#ifndef DS_CPROCESS_H
#define DS_CPROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/// Starts a program, without a shell.
///
/// @param arguments the program's path and its arguments, each ended by a zero, the list ended by one more.
/// @param variable one more variable of its environment, as NAME=value.
/// @param folder the folder that it works in.
/// @param output, errors what its standard output and error are; its standard input is empty.
/// @param kept a descriptor that it keeps as number 3, or -1. It gets no other of ours.
/// @param newSession whether it is to live on when we, or our terminal, end.
/// @return 0, or the system's error.
int ds_spawn(const char *arguments, const char *variable, const char *folder, int output, int errors, int kept,
             bool newSession, pid_t *pid);

/// Waits for a child to end.
///
/// @param status its exit status, or 128 and the signal that ended it.
/// @return 1 where it has ended, 0 where it runs on (only without `block`), -1 where it is no child of ours.
int ds_wait(pid_t pid, bool block, int *status);

/// Keeps memory that was given back for later, up to 256 MB, rather than returning it to the system and asking for it
/// again: for work that goes through much data in small steps. Does nothing where malloc is not glibc's.
void ds_keep_freed_memory(void);

/// Takes the lock of an open file, which its copies in child processes hold on to.
///
/// @return whether it was free.
bool ds_lock(int file);

#endif
