// Single precision with NEON, which every 64-bit Arm processor has.
#include "CKernels.h"
#if defined(__aarch64__)
#include <math.h>
#include <string.h>

#define VARIANT f32_neon
#define VARIANT_NAME "float32 (NEON)"
#define WIDE float
#define NARROW float
#define NARROW_IS_BFLOAT16 0
#define WIDE_IS_DOUBLE 0
#define HAS_AVX512 0
#define HAS_PANELS true
#define VECTOR_BYTES 16
#define PANEL_VECTORS 4
#include "kernels.inc"

const ds_kernels *ds_kernels_float32_neon(void) { return &table_f32_neon; }
#else
const ds_kernels *ds_kernels_float32_neon(void) { return NULL; }
#endif
