#ifndef CFILESYSTEM_H
#define CFILESYSTEM_H

/// syncfs(2), which Glibc's module does not show: makes durable everything on the file system of an open file.
/// Where there is none, the file alone.
int cfilesystem_synchronise(int descriptor);
#endif
