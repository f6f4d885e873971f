// Single precision with AVX-512.
#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)
#define VARIANT f32_avx512
#define VARIANT_NAME "float32 (AVX-512)"
#define WIDE float
#define NARROW float
#define NARROW_IS_BFLOAT16 0
#define WIDE_IS_DOUBLE 0
#define HAS_AVX512 1
#define HAS_PANELS true
#define VECTOR_BYTES 64
#define PANEL_VECTORS 4
#include "kernels.inc"
#pragma clang attribute pop

const ds_kernels *ds_kernels_float32_avx512(void) {
    const bool able = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return able ? &table_f32_avx512 : NULL;
}
#else
const ds_kernels *ds_kernels_float32_avx512(void) { return NULL; }
#endif
