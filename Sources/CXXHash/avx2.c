#if defined(__x86_64__)
#include <immintrin.h>
#include <stdlib.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
// 2 is XXH_AVX2, which the header names only after it has looked here.
#define XXH_VECTOR 2
#define VARIANT cxxhash_avx2
#include "variant.inc"
#pragma clang attribute pop
#endif
