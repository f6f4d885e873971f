#ifndef CXXHASH_H
#define CXXHASH_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A 128-bit XXH3 digest: the high and the low half.
typedef struct {
    uint64_t high;
    uint64_t low;
} CXXHash128;

/// Opaque streaming state; made by cxxhash_create, freed by cxxhash_free.
typedef struct CXXHashState CXXHashState;

// By the widest vectors that the processor has.
CXXHash128 cxxhash_128(const void *bytes, size_t count);
uint64_t cxxhash_64(const void *bytes, size_t count);
/// NULL when memory is exhausted.
CXXHashState *cxxhash_create(void);
void cxxhash_update(CXXHashState *state, const void *bytes, size_t count);
CXXHash128 cxxhash_finish(const CXXHashState *state);
void cxxhash_free(CXXHashState *state);

// By vectors of one's choice, to prove that all give the same.
typedef enum { CXXHASH_BASELINE, CXXHASH_AVX2, CXXHASH_AVX512 } CXXHashVectors;

/// Whether this processor has them; where not, the functions below may not be called with them.
bool cxxhash_runs(CXXHashVectors vectors);
CXXHash128 cxxhash_128_by(CXXHashVectors vectors, const void *bytes, size_t count);
uint64_t cxxhash_64_by(CXXHashVectors vectors, const void *bytes, size_t count);
CXXHashState *cxxhash_create_by(CXXHashVectors vectors);
#endif
