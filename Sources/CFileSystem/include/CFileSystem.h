#ifndef CFILESYSTEM_H
#define CFILESYSTEM_H

/// syncfs(2), which Glibc's module does not show: makes durable everything on the file system of an open file.
/// Where there is none, the file alone.
int cfilesystem_synchronise(int descriptor);

/// Opens a file to read it, not to be inherited, without noting the time of every read where the system allows that: it
/// would else ask at each whether to. -1 with errno where it cannot be opened.
int cfilesystem_open_quietly(const char *path);

/// The kind of file system that a path is on, statfs(2)'s f_type; -1 with errno where it cannot be asked, 0 where
/// nobody knows.
long long cfilesystem_type(const char *path);

/// From now on, ends the process where a mapped file loses bytes that are read (SIGBUS), with a message to standard
/// error: before, the file's path, after. At most 511 bytes of each text are kept.
void cfilesystem_report_lost_mappings(const char *before, const char *after, int status);
#endif
