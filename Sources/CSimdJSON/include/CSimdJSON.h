#ifndef CSIMDJSON_H
#define CSIMDJSON_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Whether the bytes are UTF-8; no bytes are.
bool csimdjson_is_utf8(const uint8_t *bytes, size_t count);

/// Finds rows, one JSON object after another, and vouches for them; anything that it cannot vouch for it leaves to a
/// reader that can say what is wrong. Made by csimdjson_create, freed by csimdjson_free.
typedef struct CSimdJSONScanner CSimdJSONScanner;

/// The bytes that must be readable past a row's end.
size_t csimdjson_padding(void);

typedef enum {
    CSIMDJSON_NULL,
    CSIMDJSON_BOOLEAN,
    CSIMDJSON_NUMBER,
    CSIMDJSON_STRING,
    CSIMDJSON_LIST,
    CSIMDJSON_OBJECT,
} CSimdJSONType;

/// A row that is valid JSON (RFC 8259) in UTF-8, an object whose keys are unique at every level.
typedef struct {
    /// From the text's beginning to the row's.
    size_t start;
    /// To just past the row.
    size_t end;
    /// Line feeds before the row, since the row before.
    uint32_t lines_before;
    /// Line feeds inside the row.
    uint32_t lines_inside;
    /// The keys of the row and the types of their values: see csimdjson_shape_member.
    uint32_t shape;
} CSimdJSONRow;

/// NULL when memory is exhausted.
CSimdJSONScanner *csimdjson_create(size_t maximum_depth);
void csimdjson_free(CSimdJSONScanner *scanner);

/// Reads rows from the beginning of text, which is just past a row, until the first that does not end `padding` bytes
/// before the text's end, or that it cannot vouch for.
///
/// in_array: whether a comma stands between rows, as in an array; else white space only.
/// Returns the number of rows, at most capacity.
size_t csimdjson_scan(
    CSimdJSONScanner *scanner, const uint8_t *text, size_t count, bool in_array, size_t maximum_row_bytes,
    CSimdJSONRow *rows, size_t capacity);

/// The number of members of a shape.
size_t csimdjson_shape_count(const CSimdJSONScanner *scanner, uint32_t shape);
/// A member's key, valid while the scanner lives, and the type of its value.
const char *csimdjson_shape_member(
    const CSimdJSONScanner *scanner, uint32_t shape, size_t member, size_t *length, CSimdJSONType *type);

#ifdef __cplusplus
}
#endif
#endif
