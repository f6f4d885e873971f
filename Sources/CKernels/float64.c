// Double precision, for any processor: what gradients are checked with.
#include "CKernels.h"
#include <math.h>
#include <string.h>

#define VARIANT f64
#define VARIANT_NAME "float64"
#define WIDE double
#define NARROW double
#define NARROW_IS_BFLOAT16 0
#define WIDE_IS_DOUBLE 1
#define HAS_AVX512 0
#define HAS_PANELS true
#define VECTOR_BYTES 64
#define PANEL_VECTORS 4
#include "kernels.inc"

const ds_kernels *ds_kernels_float64(void) { return &table_f64; }
