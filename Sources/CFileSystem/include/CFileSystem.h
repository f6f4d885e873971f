#ifndef CFILESYSTEM_H
#define CFILESYSTEM_H

/// syncfs(2), which Glibc's module does not show: makes durable everything on the file system of an open file.
/// Where there is none, the file alone.
int cfilesystem_synchronise(int descriptor);

/// The kind of file system that a path is on, statfs(2)'s f_type; -1 with errno where it cannot be asked, 0 where
/// nobody knows.
long long cfilesystem_type(const char *path);
#endif
