#include "AllocationCounter.h"

#include <errno.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define DS_SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) && !defined(DS_SANITIZED)

// glibc lets a program define these in its stead ("Replacing malloc" in its manual), and exports its own so.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

// The model for programs: others may allocate when a thread first looks.
static __thread bool isCounting __attribute__((tls_model("initial-exec")));
static __thread long count __attribute__((tls_model("initial-exec")));

static void note(void) {
    if (isCounting) count++;
}

void *malloc(size_t size) {
    note();
    return __libc_malloc(size);
}

void *calloc(size_t members, size_t size) {
    note();
    return __libc_calloc(members, size);
}

void *realloc(void *place, size_t size) {
    note();
    return __libc_realloc(place, size);
}

void *memalign(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **place, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    note();
    void *found = __libc_memalign(alignment, size);
    if (!found) return ENOMEM;
    *place = found;
    return 0;
}

bool ds_allocations_are_counted(void) { return true; }

void ds_allocations_begin(void) {
    count = 0;
    isCounting = true;
}

long ds_allocations_end(void) {
    isCounting = false;
    return count;
}

#else

bool ds_allocations_are_counted(void) { return false; }
void ds_allocations_begin(void) {}
long ds_allocations_end(void) { return 0; }

#endif
