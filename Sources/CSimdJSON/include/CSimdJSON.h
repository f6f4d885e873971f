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

/// Asks the processor for memory that is read soon. Reads nothing.
static inline void csimdjson_expect(const void *bytes, size_t count) {
    for (size_t line = 0; line < count; line += 64) __builtin_prefetch((const uint8_t *)bytes + line);
}

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

/// What the values of a column are.
typedef enum {
    CSIMDJSON_NULLS,
    CSIMDJSON_BOOLEANS,
    CSIMDJSON_INTEGERS,
    CSIMDJSON_DOUBLES,
    CSIMDJSON_TEXTS,
    CSIMDJSON_LISTS,
    CSIMDJSON_STRUCTS,
} CSimdJSONColumnType;

typedef struct CSimdJSONColumn CSimdJSONColumn;

/// A column that rows are read into, and columns inside of it. Its memory is the caller's, who sees to more of it where
/// a row found too little.
struct CSimdJSONColumn {
    CSimdJSONColumnType type;
    /// The key of the values, in UTF-8.
    const uint8_t *name;
    size_t name_length;
    /// The fields of structs; the one column of lists' elements.
    CSimdJSONColumn *const *children;
    size_t child_count;
    /// Slots that are filled, and that there is room for.
    size_t count;
    size_t capacity;
    /// For each slot whether it has a value. Nulls have none of these.
    uint8_t *presence;
    /// Integers, the bits of doubles, 0 or 1 for booleans; for texts and lists a 0, and then where each ends. Structs
    /// have none.
    int64_t *values;
    /// Texts one after another.
    uint8_t *bytes;
    size_t byte_count;
    size_t byte_capacity;
    /// Whether a row found no slot, and how many bytes it found no room for.
    bool wants_slots;
    size_t wanted_bytes;
    /// What the column held before the row that is being read.
    size_t kept_count;
    size_t kept_byte_count;
};

/// What was read into columns.
typedef struct {
    size_t row_count;
    /// From the text's beginning to just past the last row.
    size_t end;
    /// Line feeds up to there.
    size_t lines;
    /// Whether a row stands on several lines.
    bool has_line_feeds;
    /// Whether the next row found too little room in a column.
    bool wants_room;
} CSimdJSONRowsRead;

/// Reads rows as csimdjson_scan does, but into columns. It ends at the first row that does not fit them to the last
/// value, of which nothing is kept.
///
/// rows: a column of structs, all of whose fields have as many slots filled as it has itself.
CSimdJSONRowsRead csimdjson_read_columns(
    CSimdJSONScanner *scanner, const uint8_t *text, size_t count, bool in_array, size_t maximum_row_bytes,
    CSimdJSONColumn *rows, size_t capacity);

/// The number of members of a shape.
size_t csimdjson_shape_count(const CSimdJSONScanner *scanner, uint32_t shape);
/// A member's key, valid while the scanner lives, and the type of its value.
const char *csimdjson_shape_member(
    const CSimdJSONScanner *scanner, uint32_t shape, size_t member, size_t *length, CSimdJSONType *type);

#ifdef __cplusplus
}
#endif
#endif
