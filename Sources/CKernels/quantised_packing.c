// Packs quantised weights for the kernels: strips of 16 outputs, so that a vector's lanes are outputs.
#include "CKernels.h"
#include "weight_blocks.h"
#include <string.h>

enum { STRIP = DS_STRIP_COLUMNS };

size_t ds_quantised_strip_bytes(const ds_quantised_format *format, ptrdiff_t depth) {
    const size_t runs = (size_t)((depth + format->run - 1) / format->run);
    return runs * ds_quantised_run_bytes(format);
}

bool ds_find_quantised_format(int type, ds_quantised_format *format) {
    const ds_block_format *blocks = ds_find_block_format(type);
    if (!blocks) return false;
    *format = (ds_quantised_format){.bits = blocks->bits, .run = blocks->run, .halfScales = blocks->halfScales};
    return true;
}

// The half-precision number that is exactly `value`; false where there is none.
static bool narrowExactly(float value, uint16_t *half) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    const uint32_t sign = bits >> 16 & 0x8000, exponent = bits >> 23 & 255, fraction = bits & 0x7fffff;
    uint32_t magnitude;
    if (exponent == 0 && fraction == 0) {
        magnitude = 0;
    } else if (exponent >= 113 && exponent <= 142) {
        magnitude = (exponent - 112) << 10 | fraction >> 13;
    } else if (exponent >= 103 && exponent < 113) {
        magnitude = (fraction | 0x800000) >> (126 - exponent);
    } else {
        return false;
    }
    *half = (uint16_t)(sign | magnitude);
    const uint8_t bytes[2] = {(uint8_t)(*half & 255), (uint8_t)(*half >> 8)};
    return ds_read_half(bytes) == value;
}

static bool storeFactor(const ds_quantised_format *format, uint8_t *row, int lane, float value) {
    if (!format->halfScales) {
        memcpy(row + lane * 4, &value, 4);
        return true;
    }
    uint16_t half;
    if (!narrowExactly(value, &half)) return false;
    memcpy(row + lane * 2, &half, 2);
    return true;
}

// Puts a run's codes of one output into its lane of the run's words.
static void storeCodes(const ds_quantised_format *format, uint8_t *words, int lane, const uint8_t *codes) {
    const int perWord = 32 / format->bits;
    for (int first = 0; first < format->run; first += perWord) {
        uint32_t word = 0;
        for (int i = 0; i < perWord; i++) {
            // Four bits: even depths in the low half and odd ones in the high, so that a pair of them is 16 bits apart.
            const int shift = format->bits == 4 ? (i & 1) * 16 + i / 2 * 4 : i * 8;
            word |= (uint32_t)codes[first + i] << shift;
        }
        memcpy(words + (first / perWord * STRIP + lane) * 4, &word, 4);
    }
}

bool ds_pack_quantised_row(
    const ds_quantised_format *format, void *strip, int lane, ptrdiff_t depth, const uint8_t *codes,
    const float *scales, const float *minimums) {
    const size_t factorBytes = format->halfScales ? 2 : 4;
    uint8_t *place = strip;
    for (ptrdiff_t first = 0, run = 0; first < depth; first += format->run, run++) {
        if (!storeFactor(format, place, lane, scales[run])) return false;
        if (!storeFactor(format, place + STRIP * factorBytes, lane, minimums[run])) return false;
        storeCodes(format, place + 2 * STRIP * factorBytes, lane, codes + first);
        place += ds_quantised_run_bytes(format);
    }
    return true;
}

bool ds_pack_block_row(
    int type, const ds_quantised_format *format, void *strip, int lane, ptrdiff_t depth, const void *blocks) {
    const ds_block_format *source = ds_find_block_format(type);
    if (!source) return false;
    uint8_t codes[DS_MOST_BLOCK_VALUES];
    float scales[DS_MOST_BLOCK_RUNS], minimums[DS_MOST_BLOCK_RUNS];
    const size_t bytes = ds_quantised_strip_bytes(format, source->values);
    const uint8_t *block = blocks;
    uint8_t *place = strip;
    for (ptrdiff_t first = 0; first < depth; first += source->values) {
        source->unpack(block, codes, scales, minimums);
        if (!ds_pack_quantised_row(format, place, lane, source->values, codes, scales, minimums)) return false;
        block += source->bytes;
        place += bytes;
    }
    return true;
}

// The sixteen values of a normal distribution's quantiles, 0 among them: NormalFloat 4 (Dettmers et al. 2023,
// "QLoRA", appendix E).
static const float normalFloat4[16] = {
    -1.0f, -0.6961928009986877f, -0.5250730514526367f, -0.39491748809814453f, -0.28444138169288635f,
    -0.18477343022823334f, -0.09105003625154495f, 0.0f, 0.07958029955625534f, 0.16093020141124725f,
    0.24611230194568634f, 0.33791524171829224f, 0.44070982933044434f, 0.5626170039176941f, 0.7229568362236023f, 1.0f,
};

const float *ds_normal_float4(void) { return normalFloat4; }

static uint8_t nearestCode(float value) {
    uint8_t best = 0;
    for (uint8_t code = 1; code < 16; code++) {
        const float middle = (normalFloat4[code - 1] + normalFloat4[code]) / 2;
        if (value > middle) best = code;
    }
    return best;
}

bool ds_pack_normal_float4_row(
    const ds_quantised_format *format, void *strip, int lane, ptrdiff_t depth, const float *values) {
    uint8_t codes[DS_MOST_BLOCK_VALUES];
    const size_t bytes = ds_quantised_run_bytes(format);
    uint8_t *place = strip;
    for (ptrdiff_t first = 0; first < depth; first += format->run) {
        float scale = 0;
        for (int i = 0; i < format->run; i++) {
            const float magnitude = values[first + i] < 0 ? -values[first + i] : values[first + i];
            if (magnitude > scale) scale = magnitude;
        }
        for (int i = 0; i < format->run; i++) codes[i] = scale > 0 ? nearestCode(values[first + i] / scale) : 7;
        const float minimum = 0;
        if (!ds_pack_quantised_row(format, place, lane, format->run, codes, &scale, &minimum)) return false;
        place += bytes;
    }
    return true;
}
