#include "CSHA1.h"

#include <string.h>

#define BLOCK ((size_t)64)

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

#define WITH_SHA __attribute__((target("sha,sse4.1,ssse3")))

bool csha1_is_supported(void) {
    // CPUID: leaf 1, ECX bits 9 and 19 are SSSE3 and SSE4.1; leaf 7, EBX bit 29 is SHA.
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & 1u << 9) || !(c & 1u << 19)) return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & 1u << 29);
}

// A stream's state and the last sixteen words of its message schedule, as the instructions want them: A in the highest
// lane, E in the highest lane of a vector of its own.
typedef struct {
    __m128i abcd, e;
    __m128i words[4];
} Lane;

WITH_SHA static inline Lane load_state(const uint32_t state[5]) {
    return (Lane){
        .abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0x1B),
        .e = _mm_set_epi32((int)state[4], 0, 0, 0),
    };
}

WITH_SHA static inline void store_state(uint32_t state[5], const Lane *lane) {
    _mm_storeu_si128((__m128i *)state, _mm_shuffle_epi32(lane->abcd, 0x1B));
    state[4] = (uint32_t)_mm_extract_epi32(lane->e, 3);
}

WITH_SHA static inline void load_words(Lane *lane, const uint8_t *block) {
    // Words are big-endian, and the first one belongs into the highest lane.
    const __m128i order = _mm_set_epi64x(0x0001020304050607, 0x08090A0B0C0D0E0F);
    for (int i = 0; i < 4; i++)
        lane->words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(block + 16 * i)), order);
}

// The words of a group of four rounds, from the sixteen before them (FIPS 180-4, 6.1.2, step 1).
WITH_SHA static inline void schedule(Lane *lane, int group) {
    if (group < 4) return;
    __m128i *w = lane->words;
    __m128i next = _mm_sha1msg1_epu32(w[group & 3], w[(group + 1) & 3]);
    next = _mm_xor_si128(next, w[(group + 2) & 3]);
    w[group & 3] = _mm_sha1msg2_epu32(next, w[(group + 3) & 3]);
}

// Four rounds (step 3). The instruction wants their function as a constant, hence the macro.
#define ROUNDS(lane, group)                                                                                            \
    do {                                                                                                               \
        schedule(&(lane), group);                                                                                      \
        __m128i words = (lane).words[(group) & 3];                                                                     \
        __m128i e = (group) == 0 ? _mm_add_epi32((lane).e, words) : _mm_sha1nexte_epu32((lane).e, words);              \
        (lane).e = (lane).abcd;                                                                                        \
        (lane).abcd = _mm_sha1rnds4_epu32((lane).abcd, e, (group) / 5);                                                \
    } while (0)

#define EACH_GROUP(DO)                                                                                                 \
    DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11) DO(12) DO(13) DO(14) DO(15) DO(16)       \
    DO(17) DO(18) DO(19)

WITH_SHA static inline void add_state(Lane *lane, const Lane *before) {
    lane->e = _mm_sha1nexte_epu32(lane->e, before->e);
    lane->abcd = _mm_add_epi32(lane->abcd, before->abcd);
}

WITH_SHA static void compress(uint32_t state[5], const uint8_t *blocks, size_t count) {
    Lane lane = load_state(state);
    for (size_t i = 0; i < count; i++) {
        const Lane before = lane;
        load_words(&lane, blocks + i * BLOCK);
#define DO(group) ROUNDS(lane, group);
        EACH_GROUP(DO)
#undef DO
        add_state(&lane, &before);
    }
    store_state(state, &lane);
}

WITH_SHA static void compress_two(
    uint32_t first_state[5], const uint8_t *first_blocks, uint32_t second_state[5], const uint8_t *second_blocks,
    size_t count) {
    Lane first = load_state(first_state), second = load_state(second_state);
    for (size_t i = 0; i < count; i++) {
        const Lane first_before = first, second_before = second;
        load_words(&first, first_blocks + i * BLOCK);
        load_words(&second, second_blocks + i * BLOCK);
#define DO(group)                                                                                                      \
    ROUNDS(first, group);                                                                                              \
    ROUNDS(second, group);
        EACH_GROUP(DO)
#undef DO
        add_state(&first, &first_before);
        add_state(&second, &second_before);
    }
    store_state(first_state, &first);
    store_state(second_state, &second);
}

#else

bool csha1_is_supported(void) { return false; }

static void compress(uint32_t state[5], const uint8_t *blocks, size_t count) {
    (void)state, (void)blocks, (void)count;
    __builtin_trap();  // Nobody asks, for it is not supported.
}

static void compress_two(
    uint32_t first_state[5], const uint8_t *first_blocks, uint32_t second_state[5], const uint8_t *second_blocks,
    size_t count) {
    (void)second_state, (void)second_blocks;
    compress(first_state, first_blocks, count);
}

#endif

CSHA1Stream csha1_begin(void) {
    return (CSHA1Stream){.state = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0}};
}

// Brings the stream to the end of a block, if there are bytes enough, and returns how many it took.
static size_t fill_block(CSHA1Stream *stream, const uint8_t *bytes, size_t count) {
    const size_t held = stream->count % BLOCK;
    if (held == 0) return 0;
    const size_t taken = count < BLOCK - held ? count : BLOCK - held;
    memcpy(stream->partial + held, bytes, taken);
    stream->count += taken;
    if (held + taken == BLOCK) compress(stream->state, stream->partial, 1);
    return taken;
}

void csha1_update(CSHA1Stream *stream, const void *bytes, size_t count) {
    if (count == 0) return;
    const size_t taken = fill_block(stream, bytes, count);
    const uint8_t *rest = (const uint8_t *)bytes + taken;
    count -= taken;
    if (count == 0) return;
    // Here nothing is held: what did not end a block took all bytes.
    const size_t blocks = count / BLOCK;
    compress(stream->state, rest, blocks);
    memcpy(stream->partial, rest + blocks * BLOCK, count % BLOCK);
    stream->count += count;
}

void csha1_update_two(
    CSHA1Stream *first, const void *first_bytes, size_t first_count, CSHA1Stream *second, const void *second_bytes,
    size_t second_count) {
    const uint8_t *first_rest = first_bytes, *second_rest = second_bytes;
    if (first_count && second_count) {
        const size_t first_taken = fill_block(first, first_rest, first_count);
        const size_t second_taken = fill_block(second, second_rest, second_count);
        first_rest += first_taken, first_count -= first_taken;
        second_rest += second_taken, second_count -= second_taken;
        // With a block or more of each at hand, both are at the end of one.
        const size_t blocks = (first_count < second_count ? first_count : second_count) / BLOCK;
        compress_two(first->state, first_rest, second->state, second_rest, blocks);
        const size_t done = blocks * BLOCK;
        first->count += done, second->count += done;
        first_rest += done, first_count -= done;
        second_rest += done, second_count -= done;
    }
    csha1_update(first, first_rest, first_count);
    csha1_update(second, second_rest, second_count);
}

void csha1_finish(const CSHA1Stream *stream, uint8_t digest[20]) {
    // A one, zeros, and the length in bits fill the last block, or the last two (5.1.1).
    const size_t held = stream->count % BLOCK;
    const size_t blocks = held < BLOCK - 8 ? 1 : 2;
    uint8_t last[2 * BLOCK] = {0};
    memcpy(last, stream->partial, held);
    last[held] = 0x80;
    const uint64_t bits = stream->count * 8;
    for (size_t i = 0; i < 8; i++) last[blocks * BLOCK - 1 - i] = (uint8_t)(bits >> (8 * i));
    uint32_t state[5];
    memcpy(state, stream->state, sizeof state);
    compress(state, last, blocks);
    for (size_t i = 0; i < 20; i++) digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}
