// Activations and weights in bfloat16, sums in single precision, with AVX-512's bfloat16 dot product.
#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma"))), apply_to = function)
#define VARIANT bf16_avx512
#define VARIANT_NAME "bfloat16 (AVX-512)"
#define WIDE float
#define NARROW uint16_t
#define NARROW_IS_BFLOAT16 1
#define WIDE_IS_DOUBLE 0
#define HAS_AVX512 1
#define HAS_PANELS true
#define VECTOR_BYTES 64
#define PANEL_VECTORS 4
#include "kernels.inc"
#pragma clang attribute pop

const ds_kernels *ds_kernels_bfloat16_avx512(void) {
    const bool able = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bf16");
    return able ? &table_bf16_avx512 : NULL;
}
#else
const ds_kernels *ds_kernels_bfloat16_avx512(void) { return NULL; }
#endif
