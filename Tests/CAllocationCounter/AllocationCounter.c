// For dladdr.
#define _GNU_SOURCE

#include "AllocationCounter.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <stdio.h>
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
typedef enum { nothing, everything, own } Counted;
static __thread Counted counted __attribute__((tls_model("initial-exec")));
static __thread long count __attribute__((tls_model("initial-exec")));

enum { tracedAllocations = 4, tracedCallers = 24 };

// Who asked for the first of them: what calls `note` and its like is left out when they are told.
static __thread struct {
    void *callers[tracedCallers];
    int callerCount;
} traces[tracedAllocations] __attribute__((tls_model("initial-exec")));

// Whether code is the program's, or of the libraries that take memory for it.
static bool isOwn(const void *code) {
    Dl_info place, program;
    if (!dladdr(code, &place) || !dladdr((const void *)&isOwn, &program)) return true;
    if (place.dli_fbase == program.dli_fbase || !place.dli_fname) return true;
    return strstr(place.dli_fname, "libswift") || strstr(place.dli_fname, "Foundation");
}

static void note(const void *caller) {
    if (counted == nothing || (counted == own && !isOwn(caller))) return;
    if (count < tracedAllocations) {
        // Looking for the callers may ask for memory too.
        Counted before = counted;
        counted = nothing;
        traces[count].callerCount = backtrace(traces[count].callers, tracedCallers);
        counted = before;
    }
    count++;
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

void ds_allocations_tell(char *text, size_t size) {
    size_t used = 0;
    if (size > 0) text[0] = 0;
    for (long index = 0; index < count && index < tracedAllocations; index++) {
        for (int caller = 0; caller < traces[index].callerCount && used < size; caller++) {
            Dl_info place = {0};
            char *code = traces[index].callers[caller];
            if (!dladdr(code, &place) || !place.dli_fname) continue;
            const char *file = strrchr(place.dli_fname, '/');
            int written = snprintf(
                text + used, size - used, "%s%s+0x%lx", caller == 0 ? "\n" : " ", file ? file + 1 : place.dli_fname,
                (unsigned long)(code - (char *)place.dli_fbase));
            used += written > 0 ? (size_t)written : 0;
        }
    }
}

#else

bool ds_allocations_are_counted(void) { return false; }
void ds_allocations_begin(void) {}
void ds_allocations_begin_own(void) {}
long ds_allocations_end(void) { return 0; }
void ds_allocations_tell(char *text, size_t size) {
    if (size > 0) text[0] = 0;
}

#endif
