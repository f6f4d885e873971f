#define _GNU_SOURCE
#include "CFileSystem.h"

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
