#ifndef CSHA1_H
#define CSHA1_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// SHA-1 (FIPS 180-4) by the processor's own instructions. They wait for one another: two streams whose rounds alternate
/// take hardly longer than one.

/// A stream of bytes that is being hashed.
typedef struct {
    uint32_t state[5];
    /// Bytes so far.
    uint64_t count;
    /// The last of them, which do not make a block yet.
    uint8_t partial[64];
} CSHA1Stream;

/// Whether this processor has the instructions. Where it does not, nothing below may be called.
bool csha1_is_supported(void);

CSHA1Stream csha1_begin(void);
void csha1_update(CSHA1Stream *stream, const void *bytes, size_t count);
/// As two calls of csha1_update; the streams must be different ones, their bytes may be the same.
void csha1_update_two(
    CSHA1Stream *first, const void *first_bytes, size_t first_count, CSHA1Stream *second, const void *second_bytes,
    size_t second_count);
/// Writes the digest of all bytes so far; the stream itself stays as it is.
void csha1_finish(const CSHA1Stream *stream, uint8_t digest[20]);
#endif
