// The vectors that every processor of its kind has: SSE2, NEON.
#define VARIANT cxxhash_baseline
#include "variant.inc"
