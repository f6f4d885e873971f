#include "CXXHash.h"

#include <stdlib.h>

#include "variants.h"

struct CXXHashState {
    const Variant *variant;
    void *state;
};

// NULL where the processor cannot run it.
static const Variant *find(CXXHashVectors vectors) {
#if defined(__x86_64__)
    if (vectors == CXXHASH_AVX512) return __builtin_cpu_supports("avx512f") ? &cxxhash_avx512 : NULL;
    if (vectors == CXXHASH_AVX2) return __builtin_cpu_supports("avx2") ? &cxxhash_avx2 : NULL;
#endif
    return vectors == CXXHASH_BASELINE ? &cxxhash_baseline : NULL;
}

bool cxxhash_runs(CXXHashVectors vectors) { return find(vectors) != NULL; }

// The widest vectors first.
static const Variant *best(void) {
    const Variant *variant = find(CXXHASH_AVX512);
    if (!variant) variant = find(CXXHASH_AVX2);
    return variant ? variant : &cxxhash_baseline;
}

CXXHash128 cxxhash_128(const void *bytes, size_t count) { return best()->hash_128(bytes, count); }

uint64_t cxxhash_64(const void *bytes, size_t count) { return best()->hash_64(bytes, count); }

CXXHash128 cxxhash_128_by(CXXHashVectors vectors, const void *bytes, size_t count) {
    return find(vectors)->hash_128(bytes, count);
}

uint64_t cxxhash_64_by(CXXHashVectors vectors, const void *bytes, size_t count) {
    return find(vectors)->hash_64(bytes, count);
}

static CXXHashState *create(const Variant *variant) {
    CXXHashState *state = malloc(sizeof *state);
    if (!state) return NULL;
    *state = (CXXHashState){variant, variant->create()};
    if (state->state) return state;
    free(state);
    return NULL;
}

CXXHashState *cxxhash_create(void) { return create(best()); }

CXXHashState *cxxhash_create_by(CXXHashVectors vectors) { return create(find(vectors)); }

void cxxhash_update(CXXHashState *state, const void *bytes, size_t count) {
    state->variant->update(state->state, bytes, count);
}

CXXHash128 cxxhash_finish(const CXXHashState *state) { return state->variant->finish(state->state); }

void cxxhash_free(CXXHashState *state) {
    state->variant->destroy(state->state);
    free(state);
}
