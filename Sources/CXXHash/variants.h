#ifndef VARIANTS_H
#define VARIANTS_H
#include "CXXHash.h"

// The hash by one kind of vectors.
typedef struct {
    CXXHash128 (*hash_128)(const void *bytes, size_t count);
    uint64_t (*hash_64)(const void *bytes, size_t count);
    void *(*create)(void);
    void (*update)(void *state, const void *bytes, size_t count);
    CXXHash128 (*finish)(const void *state);
    void (*destroy)(void *state);
} Variant;

extern const Variant cxxhash_baseline;
#if defined(__x86_64__)
extern const Variant cxxhash_avx2;
extern const Variant cxxhash_avx512;
#endif
#endif
