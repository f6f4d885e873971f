// Debian has several libraries that install a <cblas.h>; this one is OpenBLAS.
#include <openblas-pthread/cblas.h>
