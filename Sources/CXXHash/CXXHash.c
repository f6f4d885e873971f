// Compiled in rather than linked: the inlined hash is faster than the shared library.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "CXXHash.h"

CXXHash128 cxxhash_128(const void *bytes, size_t count) {
    XXH128_hash_t hash = XXH3_128bits(bytes, count);
    return (CXXHash128){.high = hash.high64, .low = hash.low64};
}

uint64_t cxxhash_64(const void *bytes, size_t count) { return XXH3_64bits(bytes, count); }

CXXHashState *cxxhash_create(void) {
    XXH3_state_t *state = XXH3_createState();
    if (state) XXH3_128bits_reset(state);
    return (CXXHashState *)state;
}

void cxxhash_update(CXXHashState *state, const void *bytes, size_t count) {
    XXH3_128bits_update((XXH3_state_t *)state, bytes, count);
}

CXXHash128 cxxhash_finish(const CXXHashState *state) {
    XXH128_hash_t hash = XXH3_128bits_digest((const XXH3_state_t *)state);
    return (CXXHash128){.high = hash.high64, .low = hash.low64};
}

void cxxhash_free(CXXHashState *state) { XXH3_freeState((XXH3_state_t *)state); }
