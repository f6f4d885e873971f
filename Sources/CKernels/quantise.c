// Narrows single precision to the weight formats of GGUF files: the other way round of dequantise.c, whose layouts
// these are. Scales are chosen for the least square error among a few candidates.
#include "CKernels.h"
#include <math.h>
#include <string.h>

// IEEE 754 half precision, rounded to nearest even.
static uint16_t toHalf(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    const uint16_t sign = (uint16_t)(bits >> 16 & 0x8000);
    const uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00;        // not a number
    if (magnitude >= 0x477ff000) return sign | 0x7c00;       // rounds past the largest
    if (magnitude < 0x38800000) {                            // subnormal: a whole number of 2^-24
        float positive;
        memcpy(&positive, &magnitude, 4);
        return sign | (uint16_t)nearbyintf(positive * 0x1p24f);
    }
    const uint32_t rounded = magnitude + 0xfff + (magnitude >> 13 & 1);
    return sign | (uint16_t)((rounded - 0x38000000) >> 13);
}
static float fromHalf(uint16_t bits) {
    const int exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
    const float value = exponent ? ldexpf((float)(fraction + 1024), exponent - 25) : ldexpf((float)fraction, -24);
    return bits & 0x8000 ? -value : value;
}
// Stores a scale, and gives it back as a reader will see it.
static float storeHalf(uint8_t *p, float value) {
    const uint16_t bits = toHalf(value);
    p[0] = (uint8_t)bits;
    p[1] = (uint8_t)(bits >> 8);
    return fromHalf(bits);
}
static int clamp(float value, int least, int most) {
    if (!(value > (float)least)) return least;
    return value < (float)most ? (int)lrintf(value) : most;
}
static float inverse(float value) { return value != 0 ? 1 / value : 0; }

static void f32(const float *x, uint8_t *p) {
    uint32_t bits;
    memcpy(&bits, x, 4);
    for (int i = 0; i < 4; i++) p[i] = (uint8_t)(bits >> 8 * i);
}
static void f16(const float *x, uint8_t *p) { storeHalf(p, *x); }
static void bf16(const float *x, uint8_t *p) {
    uint32_t bits;
    memcpy(&bits, x, 4);
    const uint32_t rounded = *x != *x ? bits >> 16 | 0x40 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    p[0] = (uint8_t)rounded;
    p[1] = (uint8_t)(rounded >> 8);
}

// The value that is farthest from zero, with its sign.
static float extreme(const float *x, int count) {
    float found = 0;
    for (int i = 0; i < count; i++)
        if (fabsf(x[i]) > fabsf(found)) found = x[i];
    return found;
}

static void q8_0(const float *x, uint8_t *p) {
    const float d = storeHalf(p, fabsf(extreme(x, 32)) / 127), factor = inverse(d);
    for (int i = 0; i < 32; i++) p[2 + i] = (uint8_t)(int8_t)clamp(x[i] * factor, -127, 127);
}

// x = d q with q in -half ..< half: the scale among a few whose best fit errs least.
static float symmetricScale(const float *x, int count, int half) {
    const float top = extreme(x, count);
    if (top == 0) return 0;
    float best = 0, least = INFINITY;
    for (int candidate = -6; candidate <= 6; candidate++) {
        const float factor = -((float)half + 0.1f * (float)candidate) / top;
        float products = 0, squares = 0;
        for (int i = 0; i < count; i++) {
            const float q = (float)clamp(x[i] * factor, -half, half - 1);
            products += x[i] * q;
            squares += q * q;
        }
        if (squares == 0) continue;
        // The scale that errs least for these q; then the error is sum x^2 - products^2 / squares.
        const float error = -products * products / squares;
        if (error < least) {
            least = error;
            best = products / squares;
        }
    }
    return best;
}

// x = d q + m with q in 0 ... levels: a few fits of d and m, each to the q of the one before.
static void affineScale(const float *x, int count, int levels, float *scale, float *minimum) {
    float low = x[0], high = x[0];
    for (int i = 1; i < count; i++) {
        if (x[i] < low) low = x[i];
        if (x[i] > high) high = x[i];
    }
    float d = (high - low) / (float)levels, m = low, least = INFINITY;
    *scale = d;
    *minimum = m;
    for (int round = 0; round < 6 && d > 0; round++) {
        float error = 0, sumQ = 0, sumQQ = 0, sumX = 0, sumXQ = 0;
        for (int i = 0; i < count; i++) {
            const float q = (float)clamp((x[i] - m) / d, 0, levels), difference = d * q + m - x[i];
            error += difference * difference;
            sumQ += q;
            sumQQ += q * q;
            sumX += x[i];
            sumXQ += x[i] * q;
        }
        if (error < least) {
            least = error;
            *scale = d;
            *minimum = m;
        }
        const float determinant = (float)count * sumQQ - sumQ * sumQ;
        if (determinant <= 0) break;
        d = ((float)count * sumXQ - sumX * sumQ) / determinant;
        m = (sumX - d * sumQ) / (float)count;
    }
}

static void q4_0(const float *x, uint8_t *p) {
    const float d = storeHalf(p, symmetricScale(x, 32, 8)), factor = inverse(d);
    for (int i = 0; i < 16; i++) {
        const int low = clamp(x[i] * factor, -8, 7) + 8, high = clamp(x[i + 16] * factor, -8, 7) + 8;
        p[2 + i] = (uint8_t)(low | high << 4);
    }
}
static void q4_1(const float *x, uint8_t *p) {
    float d, m;
    affineScale(x, 32, 15, &d, &m);
    d = storeHalf(p, d);
    m = storeHalf(p + 2, m);
    for (int i = 0; i < 16; i++) {
        const int low = clamp((x[i] - m) * inverse(d), 0, 15), high = clamp((x[i + 16] - m) * inverse(d), 0, 15);
        p[4 + i] = (uint8_t)(low | high << 4);
    }
}
// Five bits: four in each half byte, the fifth in a word of their own.
static void fiveBits(const int *q, uint8_t *high, uint8_t *low) {
    uint32_t fifth = 0;
    for (int i = 0; i < 32; i++) fifth |= (uint32_t)(q[i] >> 4) << i;
    for (int i = 0; i < 4; i++) high[i] = (uint8_t)(fifth >> 8 * i);
    for (int i = 0; i < 16; i++) low[i] = (uint8_t)((q[i] & 15) | (q[i + 16] & 15) << 4);
}
static void q5_0(const float *x, uint8_t *p) {
    const float d = storeHalf(p, symmetricScale(x, 32, 16)), factor = inverse(d);
    int q[32];
    for (int i = 0; i < 32; i++) q[i] = clamp(x[i] * factor, -16, 15) + 16;
    fiveBits(q, p + 2, p + 6);
}
static void q5_1(const float *x, uint8_t *p) {
    float d, m;
    affineScale(x, 32, 31, &d, &m);
    d = storeHalf(p, d);
    m = storeHalf(p + 2, m);
    int q[32];
    for (int i = 0; i < 32; i++) q[i] = clamp((x[i] - m) * inverse(d), 0, 31);
    fiveBits(q, p + 4, p + 8);
}

// Scales and minima of eight sub-blocks, six bits each, and the sub-blocks' values by them.
static void superBlock(const float *x, int levels, uint8_t *p, int q[256]) {
    float scales[8], minima[8], topScale = 0, topMinimum = 0;
    for (int sub = 0; sub < 8; sub++) {
        affineScale(x + sub * 32, 32, levels, &scales[sub], &minima[sub]);
        if (minima[sub] > 0) {
            // A minimum is stored as what is taken away, and cannot be added.
            float top = 0;
            for (int i = 0; i < 32; i++) top = fmaxf(top, x[sub * 32 + i]);
            minima[sub] = 0;
            scales[sub] = top / (float)levels;
        }
        topScale = fmaxf(topScale, scales[sub]);
        topMinimum = fmaxf(topMinimum, -minima[sub]);
    }
    const float d = storeHalf(p, topScale / 63), dm = storeHalf(p + 2, topMinimum / 63);
    uint8_t *packed = p + 4;
    memset(packed, 0, 12);
    for (int sub = 0; sub < 8; sub++) {
        const int s = clamp(scales[sub] * inverse(d), 0, 63), m = clamp(-minima[sub] * inverse(dm), 0, 63);
        if (sub < 4) {
            packed[sub] |= (uint8_t)s;
            packed[sub + 4] |= (uint8_t)m;
        } else {
            packed[sub + 4] |= (uint8_t)((s & 15) | (m & 15) << 4);
            packed[sub - 4] |= (uint8_t)(s >> 4 << 6);
            packed[sub] |= (uint8_t)(m >> 4 << 6);
        }
        const float factor = inverse(d * (float)s), minimum = dm * (float)m;
        for (int i = sub * 32; i < sub * 32 + 32; i++) q[i] = clamp((x[i] + minimum) * factor, 0, levels);
    }
}
static void lowHalves(const int q[256], uint8_t *low) {
    for (int pair = 0; pair < 4; pair++)
        for (int i = 0; i < 32; i++)
            low[pair * 32 + i] = (uint8_t)((q[pair * 64 + i] & 15) | (q[pair * 64 + 32 + i] & 15) << 4);
}
static void q4_k(const float *x, uint8_t *p) {
    int q[256];
    superBlock(x, 15, p, q);
    lowHalves(q, p + 16);
}
static void q5_k(const float *x, uint8_t *p) {
    int q[256];
    superBlock(x, 31, p, q);
    memset(p + 16, 0, 32);
    for (int sub = 0; sub < 8; sub++)
        for (int i = 0; i < 32; i++) p[16 + i] |= (uint8_t)(q[sub * 32 + i] >> 4 << sub);
    lowHalves(q, p + 48);
}

static void q6_k(const float *x, uint8_t *p) {
    float scales[16];
    for (int sub = 0; sub < 16; sub++) scales[sub] = symmetricScale(x + sub * 16, 16, 32);
    const float d = storeHalf(p + 208, fabsf(extreme(scales, 16)) / 127);
    int q[256];
    for (int sub = 0; sub < 16; sub++) {
        const int s = clamp(scales[sub] * inverse(d), -127, 127);
        p[192 + sub] = (uint8_t)(int8_t)s;
        const float factor = inverse(d * (float)s);
        for (int i = sub * 16; i < sub * 16 + 16; i++) q[i] = clamp(x[i] * factor, -32, 31) + 32;
    }
    memset(p, 0, 192);
    for (int n = 0; n < 2; n++)
        for (int part = 0; part < 4; part++)
            for (int i = 0; i < 32; i++) {
                const int value = q[n * 128 + part * 32 + i];
                p[n * 64 + part % 2 * 32 + i] |= (uint8_t)((value & 15) << (part < 2 ? 0 : 4));
                p[128 + n * 32 + i] |= (uint8_t)(value >> 4 << part * 2);
            }
}

static const struct {
    int type;
    void (*write)(const float *, uint8_t *);
} writers[] = {
    {0, f32},   {1, f16},   {30, bf16},  {2, q4_0},  {3, q4_1},  {6, q5_0},
    {7, q5_1},  {8, q8_0},  {12, q4_k},  {13, q5_k}, {14, q6_k},
};

bool ds_quantise(int type, const float *values, size_t blockCount, void *blocks) {
    ds_weight_format format;
    if (!ds_find_weight_format(type, &format)) return false;
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++)
        if (writers[i].type == type) {
            uint8_t *block = blocks;
            for (size_t b = 0; b < blockCount; b++) {
                writers[i].write(values, block);
                block += format.bytes;
                values += format.values;
            }
            return true;
        }
    return false;
}
