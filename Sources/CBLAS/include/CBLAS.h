#ifndef CBLAS_H
#define CBLAS_H

/// output[rows, columns] = scale · left · right + outputScale · output in single precision, as every CBLAS has it.
/// order and the transposes are the CBLAS constants below.
typedef void (*CBLASProduct)(
    int order, int transposeLeft, int transposeRight, int rows, int columns, int depth, float scale, const float *left,
    int leftStride, const float *right, int rightStride, float outputScale, float *output, int outputStride);

static const int CBLASRowMajor = 101, CBLASNoTranspose = 111, CBLASTranspose = 112;

/// OpenBLAS's cblas_sgemm on one thread, or NULL where the library is not installed. It is loaded by the first call:
/// its threads start when it is loaded, and most commands have no use for them.
CBLASProduct CBLASLoadProduct(void);

#endif
