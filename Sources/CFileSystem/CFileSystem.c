#define _GNU_SOURCE
#include "CFileSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/vfs.h>
#endif

int cfilesystem_synchronise(int descriptor) {
#ifdef __linux__
    return syncfs(descriptor);
#else
    return fsync(descriptor);
#endif
}

int cfilesystem_open_quietly(const char *path) {
#ifdef __linux__
    // Only a file's owner may.
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOATIME);
    if (descriptor >= 0 || errno != EPERM) return descriptor;
#endif
    return open(path, O_RDONLY | O_CLOEXEC);
}

long long cfilesystem_type(const char *path) {
#ifdef __linux__
    struct statfs status;
    if (statfs(path, &status) != 0) return -1;
    return (unsigned int)status.f_type;
#else
    (void)path;
    return 0;
#endif
}
