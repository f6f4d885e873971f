// For dladdr.
#define _GNU_SOURCE

#include "AllocationCounter.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
static __thread enum { nothing, everything, own } counted __attribute__((tls_model("initial-exec")));
static __thread long count __attribute__((tls_model("initial-exec")));

// Whether code is the program's, or of the libraries that take memory for it.
static bool isOwn(const void *code) {
    Dl_info place, program;
    if (!dladdr(code, &place) || !dladdr((const void *)&isOwn, &program)) return true;
    if (place.dli_fbase == program.dli_fbase || !place.dli_fname) return true;
    return strstr(place.dli_fname, "libswift") || strstr(place.dli_fname, "Foundation");
}

static void note(const void *caller) {
    if (counted == everything || (counted == own && isOwn(caller))) count++;
}

void *malloc(size_t size) {
    note(__builtin_return_address(0));
    return __libc_malloc(size);
}

void *calloc(size_t members, size_t size) {
    note(__builtin_return_address(0));
    return __libc_calloc(members, size);
}

void *realloc(void *place, size_t size) {
    note(__builtin_return_address(0));
    return __libc_realloc(place, size);
}

void *memalign(size_t alignment, size_t size) {
    note(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    note(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **place, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    note(__builtin_return_address(0));
    void *found = __libc_memalign(alignment, size);
    if (!found) return ENOMEM;
    *place = found;
    return 0;
}

bool ds_allocations_are_counted(void) { return true; }

void ds_allocations_begin(void) {
    count = 0;
    counted = everything;
}

void ds_allocations_begin_own(void) {
    count = 0;
    counted = own;
}

long ds_allocations_end(void) {
    counted = nothing;
    return count;
}

#else

bool ds_allocations_are_counted(void) { return false; }
void ds_allocations_begin(void) {}
void ds_allocations_begin_own(void) {}
long ds_allocations_end(void) { return 0; }

#endif
