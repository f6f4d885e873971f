#include "CSimdJSON.h"
#include "ColumnFilling.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace dom = simdjson::dom;

struct Member {
    std::string key;
    CSimdJSONType type;
};

/// A file whose rows have more shapes than this is read by the careful reader from there on.
constexpr size_t maximumShapes = 1024;
/// A line longer than this is looked at by its brackets: it may hold many rows.
constexpr size_t longestLine = 256 << 10;
/// Objects with more members than this are checked for equal keys by sorting.
constexpr size_t fewMembers = 16;

CSimdJSONType typeOf(dom::element value) {
    switch (value.type()) {
    case dom::element_type::NULL_VALUE: return CSIMDJSON_NULL;
    case dom::element_type::BOOL: return CSIMDJSON_BOOLEAN;
    case dom::element_type::STRING: return CSIMDJSON_STRING;
    case dom::element_type::ARRAY: return CSIMDJSON_LIST;
    case dom::element_type::OBJECT: return CSIMDJSON_OBJECT;
    default: return CSIMDJSON_NUMBER;
    }
}

bool isSpace(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r'; }

/// Just past the object that begins at start, or 0 where it does not end before limit.
size_t endOfObject(const uint8_t *text, size_t start, size_t limit) {
    size_t depth = 0;
    size_t position = start;
    while (position < limit) {
        uint8_t byte = text[position];
        if (byte == '"') {
            // The string ends at the first quote that an even number of backslashes stands before.
            size_t search = position + 1;
            while (true) {
                auto quote = static_cast<const uint8_t *>(std::memchr(text + search, '"', limit - search));
                if (!quote) return 0;
                size_t end = size_t(quote - text);
                size_t before = end;
                while (before > position + 1 && text[before - 1] == '\\') before--;
                search = end + 1;
                if ((end - before) % 2 == 0) break;
                if (search >= limit) return 0;
            }
            position = search;
            continue;
        }
        position++;
        if (byte == '{' || byte == '[') depth++;
        if (byte == '}' || byte == ']') {
            if (--depth == 0) return position;
        }
    }
    return 0;
}

/// Just past what stands on the line from start on, but for spaces and, in an array, commas; 0 where the line does not
/// end before limit.
size_t endOfLine(const uint8_t *text, size_t start, size_t limit, bool inArray) {
    auto feed = static_cast<const uint8_t *>(std::memchr(text + start, '\n', limit - start));
    if (!feed) return 0;
    size_t end = size_t(feed - text);
    while (end > start && (isSpace(text[end - 1]) || (inArray && text[end - 1] == ','))) end--;
    return end;
}

/// Whether a text holds half a surrogate pair as an escape, which simdjson does not always refuse.
bool holdsHalfSurrogate(const uint8_t *text, size_t count) {
    const uint8_t *end = text + count;
    while (auto found = static_cast<const uint8_t *>(std::memchr(text, '\\', size_t(end - text)))) {
        // After a whole escape a quote and a brace follow at least.
        if (end - found < 8) return false;
        text = found + 2;
        if (found[1] != 'u' || (found[2] | 0x20) != 'd' || found[3] < '8') continue;
        bool isUpper = found[3] <= '9' || (found[3] | 0x20) <= 'b';
        if (!isUpper || end - found < 14 || found[6] != '\\' || found[7] != 'u' || (found[8] | 0x20) != 'd') return true;
        if ((found[9] | 0x20) < 'c' || (found[9] | 0x20) > 'f') return true;
        text = found + 12;
    }
    return false;
}

uint32_t lineFeeds(const uint8_t *text, size_t count) {
    uint32_t feeds = 0;
    for (size_t index = 0; index < count; index++) feeds += text[index] == '\n';
    return feeds;
}

}  // namespace

struct CSimdJSONScanner {
    dom::parser parser;
    size_t maximumDepth;
    std::vector<std::vector<Member>> shapes;
    std::vector<std::string_view> keys;
    uint32_t lastShape = 0;
    /// Whether every row so far was a line, whose end is found faster than by its brackets.
    bool rowsAreLines = true;

    /// Whether nesting stays within the limit and no object has a key twice.
    bool isSound(dom::element value, size_t depth) {
        if (value.is_array()) {
            if (depth + 1 > maximumDepth) return false;
            for (dom::element element : dom::array(value)) {
                if ((element.is_array() || element.is_object()) && !isSound(element, depth + 1)) return false;
            }
            return true;
        }
        if (depth + 1 > maximumDepth) return false;
        size_t first = keys.size();
        for (dom::key_value_pair member : dom::object(value)) {
            if ((member.value.is_array() || member.value.is_object()) && !isSound(member.value, depth + 1)) {
                return false;
            }
            keys.push_back(member.key);
        }
        bool isUnique = keysAreUnique(first);
        keys.resize(first);
        return isUnique;
    }

    bool keysAreUnique(size_t first) {
        if (keys.size() - first <= fewMembers) {
            for (size_t left = first; left < keys.size(); left++) {
                for (size_t right = left + 1; right < keys.size(); right++) {
                    if (keys[left] == keys[right]) return false;
                }
            }
            return true;
        }
        auto begin = keys.begin() + std::ptrdiff_t(first);
        std::sort(begin, keys.end());
        return std::adjacent_find(begin, keys.end()) == keys.end();
    }

    bool hasShape(const std::vector<Member> &shape, dom::object row) {
        size_t index = 0;
        for (dom::key_value_pair member : row) {
            if (index == shape.size() || shape[index].key != member.key || shape[index].type != typeOf(member.value)) {
                return false;
            }
            index++;
        }
        return index == shape.size();
    }

    /// The number of the row's shape; false where there are too many.
    bool findShape(dom::object row, uint32_t &shape) {
        if (lastShape < shapes.size() && hasShape(shapes[lastShape], row)) {
            shape = lastShape;
            return true;
        }
        for (size_t index = 0; index < shapes.size(); index++) {
            if (hasShape(shapes[index], row)) {
                shape = lastShape = uint32_t(index);
                return true;
            }
        }
        if (shapes.size() == maximumShapes) return false;
        std::vector<Member> members;
        for (dom::key_value_pair member : row) members.push_back({std::string(member.key), typeOf(member.value)});
        shapes.push_back(std::move(members));
        shape = lastShape = uint32_t(shapes.size() - 1);
        return true;
    }

    bool parse(const uint8_t *text, size_t count, dom::element &value) {
        if (holdsHalfSurrogate(text, count)) return false;
        if (parser.capacity() < count && parser.allocate(std::max(count * 2, size_t(1) << 20)) != simdjson::SUCCESS) {
            return false;
        }
        return parser.parse(text, count, false).get(value) == simdjson::SUCCESS && value.is_object();
    }

    bool vouchesFor(const uint8_t *text, size_t count, uint32_t &shape) {
        dom::element value;
        if (!parse(text, count, value)) return false;
        keys.clear();
        return isSound(value, 0) && findShape(dom::object(value), shape);
    }

    /// Finds rows from the text's beginning on. Each that `accepts` takes is handed to `keep`, with `shape` left alone
    /// but for what `accepts` makes of it; the first that it does not take is the end.
    template <typename Accepts, typename Keep>
    void forEachRow(
        const uint8_t *text, size_t count, bool inArray, size_t maximumRowBytes, size_t capacity, Accepts accepts,
        Keep keep) {
        if (count <= simdjson::SIMDJSON_PADDING) return;
        size_t limit = count - simdjson::SIMDJSON_PADDING;
        size_t position = 0;
        for (size_t found = 0; found < capacity; found++) {
            size_t start = position;
            bool comma = !inArray;
            while (start < limit && (isSpace(text[start]) || (text[start] == ',' && !comma))) {
                comma = comma || text[start] == ',';
                start++;
            }
            if (start >= limit || !comma || text[start] != '{') return;
            CSimdJSONRow row = {};
            size_t longest = std::min(maximumRowBytes, longestLine);
            size_t end = rowsAreLines ? endOfLine(text, start, std::min(limit, start + longest), inArray) : 0;
            if (end == 0 || !accepts(text + start, end - start, row.shape)) {
                bool isNoLine = end != 0 || limit - start > longest;
                end = endOfObject(text, start, limit);
                if (end == 0 || end - start > maximumRowBytes) return;
                if (!accepts(text + start, end - start, row.shape)) return;
                row.lines_inside = lineFeeds(text + start, end - start);
                // Where the text at hand ends before the line, nobody knows.
                rowsAreLines = rowsAreLines && !isNoLine;
            }
            row.start = start;
            row.end = end;
            row.lines_before = lineFeeds(text + position, start - position);
            position = end;
            keep(row);
        }
    }

    size_t scan(
        const uint8_t *text, size_t count, bool inArray, size_t maximumRowBytes, CSimdJSONRow *rows, size_t capacity) {
        size_t found = 0;
        forEachRow(
            text, count, inArray, maximumRowBytes, capacity,
            [this](const uint8_t *row, size_t length, uint32_t &shape) { return vouchesFor(row, length, shape); },
            [&](const CSimdJSONRow &row) { rows[found++] = row; });
        return found;
    }

    void readColumns(
        const uint8_t *text, size_t count, bool inArray, size_t maximumRowBytes, CSimdJSONColumn &rows, size_t capacity,
        CSimdJSONRowsRead &read) {
        ColumnFilling::keep(rows);
        forEachRow(
            text, count, inArray, maximumRowBytes, capacity,
            [&](const uint8_t *row, size_t length, uint32_t &) {
                dom::element value;
                if (!parse(row, length, value)) return false;
                ColumnFilling::Outcome outcome = ColumnFilling(row, length, maximumDepth).add(value, rows);
                read.wants_room = outcome == ColumnFilling::Outcome::noRoom;
                return outcome == ColumnFilling::Outcome::taken;
            },
            [&](const CSimdJSONRow &row) {
                read.row_count++;
                read.end = row.end;
                read.lines += row.lines_before + row.lines_inside;
                read.has_line_feeds = read.has_line_feeds || row.lines_inside > 0;
            });
    }
};

extern "C" {

size_t csimdjson_padding(void) { return simdjson::SIMDJSON_PADDING; }

bool csimdjson_is_utf8(const uint8_t *bytes, size_t count) {
    return count == 0 || simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), count);
}

CSimdJSONScanner *csimdjson_create(size_t maximum_depth) {
    auto scanner = new (std::nothrow) CSimdJSONScanner();
    if (scanner) scanner->maximumDepth = maximum_depth;
    return scanner;
}

void csimdjson_free(CSimdJSONScanner *scanner) { delete scanner; }

size_t csimdjson_scan(
    CSimdJSONScanner *scanner, const uint8_t *text, size_t count, bool in_array, size_t maximum_row_bytes,
    CSimdJSONRow *rows, size_t capacity) {
    // Out of memory, or a fault that simdjson throws: the careful reader goes on, and meets it by itself.
    try {
        return scanner->scan(text, count, in_array, maximum_row_bytes, rows, capacity);
    } catch (...) {
        return 0;
    }
}

CSimdJSONRowsRead csimdjson_read_columns(
    CSimdJSONScanner *scanner, const uint8_t *text, size_t count, bool in_array, size_t maximum_row_bytes,
    CSimdJSONColumn *rows, size_t capacity) {
    CSimdJSONRowsRead read = {};
    // As above; the rows before are in, and what the last one left behind in the columns is forgotten.
    try {
        scanner->readColumns(text, count, in_array, maximum_row_bytes, *rows, capacity, read);
    } catch (...) {
        ColumnFilling::takeBack(*rows);
    }
    return read;
}

size_t csimdjson_shape_count(const CSimdJSONScanner *scanner, uint32_t shape) { return scanner->shapes[shape].size(); }

const char *csimdjson_shape_member(
    const CSimdJSONScanner *scanner, uint32_t shape, size_t member, size_t *length, CSimdJSONType *type) {
    const Member &entry = scanner->shapes[shape][member];
    *length = entry.key.size();
    *type = entry.type;
    return entry.key.data();
}

}  // extern "C"
