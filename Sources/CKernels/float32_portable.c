// Single precision, for any processor; the large products are left to a BLAS.
#include "CKernels.h"
#include <math.h>
#include <string.h>

#define VARIANT f32
#define VARIANT_NAME "float32 (portable)"
#define WIDE float
#define NARROW float
#define NARROW_IS_BFLOAT16 0
#define WIDE_IS_DOUBLE 0
#define HAS_AVX512 0
#define HAS_PANELS false
#define VECTOR_BYTES 64
#define PANEL_VECTORS 4
#include "kernels.inc"

const ds_kernels *ds_kernels_float32_portable(void) { return &table_f32; }
