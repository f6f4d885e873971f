#if defined(__x86_64__)
#include <immintrin.h>
#include <stdlib.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f"))), apply_to = function)
// 3 is XXH_AVX512, which the header names only after it has looked here.
#define XXH_VECTOR 3
#define VARIANT cxxhash_avx512
#include "variant.inc"
#pragma clang attribute pop
#endif
