// Single precision with AVX2, FMA and F16C.
#include "CKernels.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#include <math.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define VARIANT f32_avx2
#define VARIANT_NAME "float32 (AVX2)"
#define WIDE float
#define NARROW float
#define NARROW_IS_BFLOAT16 0
#define WIDE_IS_DOUBLE 0
#define HAS_AVX512 0
#define HAS_AVX2 1
#define HAS_PANELS true
#define VECTOR_BYTES 32
#define PANEL_VECTORS 2
#include "kernels.inc"
#pragma clang attribute pop

// Half-precision numbers came a generation before AVX2, but are a flag of their own, which the compiler's check lacks.
static bool convertsHalves(void) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && c & bit_F16C;
}

const ds_kernels *ds_kernels_float32_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && convertsHalves() ? &table_f32_avx2 : NULL;
}
#else
const ds_kernels *ds_kernels_float32_avx2(void) { return NULL; }
#endif
