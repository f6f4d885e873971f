// Widens the weight formats of GGUF files to single precision. Layouts: the GGUF specification and the block
// structures it refers to. A block is read byte by byte, so that no alignment is assumed.
#include "CKernels.h"
#include <string.h>

static float half(const uint8_t *p) {
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

static void f32(const uint8_t *p, float *y) {
    const uint32_t bits = word32(p);
    memcpy(y, &bits, 4);
}
static void f16(const uint8_t *p, float *y) { *y = half(p); }
static void bf16(const uint8_t *p, float *y) {
    const uint32_t bits = ((uint32_t)p[0] | (uint32_t)p[1] << 8) << 16;
    memcpy(y, &bits, 4);
}

static void q4_0(const uint8_t *p, float *y) {
    const float d = half(p);
    for (int i = 0; i < 16; i++) {
        y[i] = (float)((p[2 + i] & 15) - 8) * d;
        y[i + 16] = (float)((p[2 + i] >> 4) - 8) * d;
    }
}
static void q4_1(const uint8_t *p, float *y) {
    const float d = half(p), m = half(p + 2);
    for (int i = 0; i < 16; i++) {
        y[i] = (float)(p[4 + i] & 15) * d + m;
        y[i + 16] = (float)(p[4 + i] >> 4) * d + m;
    }
}
static void q5_0(const uint8_t *p, float *y) {
    const float d = half(p);
    const uint32_t high = word32(p + 2);
    for (int i = 0; i < 16; i++) {
        y[i] = (float)((int)((p[6 + i] & 15) | (high >> i & 1) << 4) - 16) * d;
        y[i + 16] = (float)((int)((p[6 + i] >> 4) | (high >> (i + 16) & 1) << 4) - 16) * d;
    }
}
static void q5_1(const uint8_t *p, float *y) {
    const float d = half(p), m = half(p + 2);
    const uint32_t high = word32(p + 4);
    for (int i = 0; i < 16; i++) {
        y[i] = (float)((p[8 + i] & 15) | (high >> i & 1) << 4) * d + m;
        y[i + 16] = (float)((p[8 + i] >> 4) | (high >> (i + 16) & 1) << 4) * d + m;
    }
}
static void q8_0(const uint8_t *p, float *y) {
    const float d = half(p);
    for (int i = 0; i < 32; i++) y[i] = (float)(int8_t)p[2 + i] * d;
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
static void q45_k(const uint8_t *p, const uint8_t *fifth, const uint8_t *low, float *y) {
    const float d = half(p), dm = half(p + 2);
    for (int sub = 0; sub < 8; sub++) {
        float scale, minimum;
        scaleAndMinimum(p + 4, sub, &scale, &minimum);
        const float ds = d * scale, ms = dm * minimum;
        for (int i = 0; i < 32; i++) {
            const uint8_t byte = low[sub / 2 * 32 + i];
            int q = sub % 2 ? byte >> 4 : byte & 15;
            if (fifth) q += (fifth[i] >> sub & 1) << 4;
            y[sub * 32 + i] = ds * (float)q - ms;
        }
    }
}
static void q4_k(const uint8_t *p, float *y) { q45_k(p, NULL, p + 16, y); }
static void q5_k(const uint8_t *p, float *y) { q45_k(p, p + 16, p + 48, y); }

static void q6_k(const uint8_t *p, float *y) {
    const uint8_t *low = p, *high = p + 128;
    const int8_t *scales = (const int8_t *)(p + 192);
    const float d = half(p + 208);
    for (int n = 0; n < 2; n++)
        for (int part = 0; part < 4; part++)
            for (int i = 0; i < 32; i++) {
                const uint8_t byte = low[n * 64 + part % 2 * 32 + i];
                const int four = part < 2 ? byte & 15 : byte >> 4;
                const int q = (four | (high[n * 32 + i] >> part * 2 & 3) << 4) - 32;
                y[n * 128 + part * 32 + i] = d * (float)scales[n * 8 + part * 2 + i / 16] * (float)q;
            }
}

static const struct {
    int type;
    ds_weight_format format;
    void (*read)(const uint8_t *, float *);
} formats[] = {
    {0, {1, 4}, f32},      {1, {1, 2}, f16},      {30, {1, 2}, bf16},    {2, {32, 18}, q4_0},
    {3, {32, 20}, q4_1},   {6, {32, 22}, q5_0},   {7, {32, 24}, q5_1},   {8, {32, 34}, q8_0},
    {12, {256, 144}, q4_k}, {13, {256, 176}, q5_k}, {14, {256, 210}, q6_k},
};

bool ds_find_weight_format(int type, ds_weight_format *format) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].type == type) {
            *format = formats[i].format;
            return true;
        }
    return false;
}

bool ds_dequantise(int type, const void *blocks, size_t blockCount, float *values) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].type == type) {
            const uint8_t *block = blocks;
            for (size_t b = 0; b < blockCount; b++) {
                formats[i].read(block, values);
                block += formats[i].format.bytes;
                values += formats[i].format.values;
            }
            return true;
        }
    return false;
}
