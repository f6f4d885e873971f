// Widens the weight formats of GGUF files to single precision.
#include "CKernels.h"
#include "weight_blocks.h"
#include <string.h>

static void f32(const uint8_t *p, float *y) {
    const uint32_t bits = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    memcpy(y, &bits, 4);
}
static void f16(const uint8_t *p, float *y) { *y = ds_read_half(p); }
static void bf16(const uint8_t *p, float *y) {
    const uint32_t bits = ((uint32_t)p[0] | (uint32_t)p[1] << 8) << 16;
    memcpy(y, &bits, 4);
}

static const struct {
    int type;
    int bytes;
    void (*read)(const uint8_t *, float *);
} plain[] = {{0, 4, f32}, {1, 2, f16}, {30, 2, bf16}};

bool ds_find_weight_format(int type, ds_weight_format *format) {
    const ds_block_format *blocks = ds_find_block_format(type);
    if (blocks) {
        *format = (ds_weight_format){blocks->values, blocks->bytes};
        return true;
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (plain[i].type == type) {
            *format = (ds_weight_format){1, plain[i].bytes};
            return true;
        }
    return false;
}

static void dequantise(const ds_block_format *format, const uint8_t *block, size_t blockCount, float *values) {
    uint8_t codes[DS_MOST_BLOCK_VALUES];
    float scales[DS_MOST_BLOCK_RUNS], minimums[DS_MOST_BLOCK_RUNS];
    for (size_t b = 0; b < blockCount; b++) {
        format->unpack(block, codes, scales, minimums);
        for (int first = 0, run = 0; first < format->values; first += format->run, run++)
            for (int i = 0; i < format->run; i++)
                values[first + i] = (float)codes[first + i] * scales[run] + minimums[run];
        block += format->bytes;
        values += format->values;
    }
}

bool ds_dequantise(int type, const void *blocks, size_t blockCount, float *values) {
    const ds_block_format *format = ds_find_block_format(type);
    if (format) {
        dequantise(format, blocks, blockCount, values);
        return true;
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (plain[i].type == type) {
            const uint8_t *value = blocks;
            for (size_t b = 0; b < blockCount; b++) plain[i].read(value + b * (size_t)plain[i].bytes, values + b);
            return true;
        }
    return false;
}
