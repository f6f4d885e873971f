// The quantised blocks of GGUF files. Layouts: the GGUF specification and the block structures it refers to. A block
// is read byte by byte, so that no alignment is assumed.
#include "weight_blocks.h"
#include <stddef.h>
#include <string.h>

float ds_read_half(const uint8_t *p) {
    const uint32_t bits = (uint32_t)p[0] | (uint32_t)p[1] << 8;
    const uint32_t sign = (bits & 0x8000) << 16, exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
    uint32_t word;
    if (exponent == 31) {
        word = sign | 0x7f800000 | fraction << 13;
    } else if (exponent > 0) {
        word = sign | (exponent + 112) << 23 | fraction << 13;
    } else {
        const float small = (float)fraction * 0x1p-24f;
        return sign ? -small : small;
    }
    float value;
    memcpy(&value, &word, 4);
    return value;
}

static uint32_t word32(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void q4_0(const uint8_t *p, uint8_t *q, float *scale, float *minimum) {
    *scale = ds_read_half(p);
    *minimum = -8 * *scale;
    for (int i = 0; i < 16; i++) {
        q[i] = p[2 + i] & 15;
        q[i + 16] = p[2 + i] >> 4;
    }
}
static void q4_1(const uint8_t *p, uint8_t *q, float *scale, float *minimum) {
    *scale = ds_read_half(p);
    *minimum = ds_read_half(p + 2);
    for (int i = 0; i < 16; i++) {
        q[i] = p[4 + i] & 15;
        q[i + 16] = p[4 + i] >> 4;
    }
}
static void fiveBits(const uint8_t *low, uint32_t high, uint8_t *q) {
    for (int i = 0; i < 16; i++) {
        q[i] = (uint8_t)((low[i] & 15) | (high >> i & 1) << 4);
        q[i + 16] = (uint8_t)(low[i] >> 4 | (high >> (i + 16) & 1) << 4);
    }
}
static void q5_0(const uint8_t *p, uint8_t *q, float *scale, float *minimum) {
    *scale = ds_read_half(p);
    *minimum = -16 * *scale;
    fiveBits(p + 6, word32(p + 2), q);
}
static void q5_1(const uint8_t *p, uint8_t *q, float *scale, float *minimum) {
    *scale = ds_read_half(p);
    *minimum = ds_read_half(p + 2);
    fiveBits(p + 8, word32(p + 4), q);
}
static void q8_0(const uint8_t *p, uint8_t *q, float *scale, float *minimum) {
    *scale = ds_read_half(p);
    *minimum = -128 * *scale;
    for (int i = 0; i < 32; i++) q[i] = p[2 + i] ^ 0x80;
}

// The six-bit scale and minimum of sub-block `index`, packed in twelve bytes.
static void scaleAndMinimum(const uint8_t *p, int index, float *scale, float *minimum) {
    if (index < 4) {
        *scale = (float)(p[index] & 63);
        *minimum = (float)(p[index + 4] & 63);
    } else {
        *scale = (float)((p[index + 4] & 15) | p[index - 4] >> 6 << 4);
        *minimum = (float)(p[index + 4] >> 4 | p[index] >> 6 << 4);
    }
}

// 256 values in eight sub-blocks of 32; `fifth` holds the fifth bits, or is null.
static void q45_k(
    const uint8_t *p, const uint8_t *fifth, const uint8_t *low, uint8_t *q, float *scales, float *minimums) {
    const float d = ds_read_half(p), dm = ds_read_half(p + 2);
    for (int sub = 0; sub < 8; sub++) {
        float scale, minimum;
        scaleAndMinimum(p + 4, sub, &scale, &minimum);
        scales[sub] = d * scale;
        minimums[sub] = -(dm * minimum);
        for (int i = 0; i < 32; i++) {
            const uint8_t byte = low[sub / 2 * 32 + i];
            uint8_t code = sub % 2 ? byte >> 4 : byte & 15;
            if (fifth) code |= (uint8_t)((fifth[i] >> sub & 1) << 4);
            q[sub * 32 + i] = code;
        }
    }
}
static void q4_k(const uint8_t *p, uint8_t *q, float *scales, float *minimums) {
    q45_k(p, NULL, p + 16, q, scales, minimums);
}
static void q5_k(const uint8_t *p, uint8_t *q, float *scales, float *minimums) {
    q45_k(p, p + 16, p + 48, q, scales, minimums);
}

static void q6_k(const uint8_t *p, uint8_t *q, float *scales, float *minimums) {
    const uint8_t *low = p, *high = p + 128;
    const int8_t *factors = (const int8_t *)(p + 192);
    const float d = ds_read_half(p + 208);
    for (int run = 0; run < 16; run++) {
        scales[run] = d * (float)factors[run];
        minimums[run] = -32 * scales[run];
    }
    for (int n = 0; n < 2; n++)
        for (int part = 0; part < 4; part++)
            for (int i = 0; i < 32; i++) {
                const uint8_t byte = low[n * 64 + part % 2 * 32 + i];
                const int four = part < 2 ? byte & 15 : byte >> 4;
                q[n * 128 + part * 32 + i] = (uint8_t)(four | (high[n * 32 + i] >> part * 2 & 3) << 4);
            }
}

static const ds_block_format formats[] = {
    {2, 32, 18, 4, 32, true, q4_0},       {3, 32, 20, 4, 32, true, q4_1},       {6, 32, 22, 8, 32, true, q5_0},
    {7, 32, 24, 8, 32, true, q5_1},       {8, 32, 34, 8, 32, true, q8_0},       {12, 256, 144, 4, 32, false, q4_k},
    {13, 256, 176, 8, 32, false, q5_k},   {14, 256, 210, 8, 16, false, q6_k},
};

const ds_block_format *ds_find_block_format(int type) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].type == type) return &formats[i];
    return NULL;
}
