#define _POSIX_C_SOURCE 200809L
#include "CBLAS.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

static CBLASProduct product;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
    // Our tasks are the parallelism; a second pool under them would fight for the cores. OpenBLAS reads this when it is
    // loaded.
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library) return;
    void (*setThreads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
    if (setThreads) setThreads(1);
    product = (CBLASProduct)dlsym(library, "cblas_sgemm");
}

CBLASProduct CBLASLoadProduct(void) {
    pthread_once(&once, load);
    return product;
}
