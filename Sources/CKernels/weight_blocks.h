// The quantised blocks of GGUF files as codes with a scale and a minimum for each run of values.
#ifndef DS_WEIGHT_BLOCKS_H
#define DS_WEIGHT_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

enum { DS_MOST_BLOCK_VALUES = 256, DS_MOST_BLOCK_RUNS = 16 };

// Value i of a block is codes[i] * scales[i / run] + minimums[i / run]. Products of a code and a scale are exact in
// single precision in every format, so that it is the same number with one rounding or two.
typedef struct {
    int type;          // GGUF's number
    int values, bytes; // of a block
    int bits;          // of a code as we store it: 4 or 8
    int run;           // values that share a scale and a minimum
    bool halfScales;   // whether scales and minimums are half-precision numbers
    void (*unpack)(const uint8_t *block, uint8_t *codes, float *scales, float *minimums);
} ds_block_format;

// Null for a type that is not quantised, or not known.
const ds_block_format *ds_find_block_format(int type);

float ds_read_half(const uint8_t *bytes);

#endif
