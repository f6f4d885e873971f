#ifndef COLUMN_FILLING_H
#define COLUMN_FILLING_H
#include "CSimdJSON.h"

#include <cstring>
#include <simdjson.h>
#include <string_view>

/// Puts the values of a row into columns: all of them, or none.
struct ColumnFilling {
    enum class Outcome { taken, refused, noRoom };

    ColumnFilling(const uint8_t *row, size_t length, size_t maximumDepth)
        : text(reinterpret_cast<const char *>(row), length), maximumDepth(maximumDepth) {}

    /// rows: a column of structs, which was kept.
    Outcome add(simdjson::dom::element row, CSimdJSONColumn &rows) {
        Outcome outcome = append(rows, row, 0);
        if (outcome == Outcome::taken) keep(rows);
        else takeBack(rows);
        return outcome;
    }

    /// Remembers what a column holds.
    static void keep(CSimdJSONColumn &column) {
        column.kept_count = column.count;
        column.kept_byte_count = column.byte_count;
        for (size_t index = 0; index < column.child_count; index++) keep(*column.children[index]);
    }

    /// Makes a column what it was when it was kept.
    static void takeBack(CSimdJSONColumn &column) {
        column.count = column.kept_count;
        column.byte_count = column.kept_byte_count;
        for (size_t index = 0; index < column.child_count; index++) takeBack(*column.children[index]);
    }

  private:
    std::string_view text;
    size_t maximumDepth;

    /// A field is looked for among so many, so that a row whose fields are in another order costs no more than this for
    /// each. The careful reader finds any.
    static constexpr size_t fieldsLookedAt = 64;
    /// Up to here every whole number is itself as a double.
    static constexpr int64_t exactDoubles = int64_t(1) << 53;

    static bool hasSlot(CSimdJSONColumn &column) {
        if (column.count < column.capacity) return true;
        column.wants_slots = true;
        return false;
    }

    static Outcome appendNull(CSimdJSONColumn &column) {
        if (!hasSlot(column)) return Outcome::noRoom;
        size_t slot = column.count;
        switch (column.type) {
        case CSIMDJSON_NULLS:
            column.count++;
            return Outcome::taken;
        case CSIMDJSON_BOOLEANS:
        case CSIMDJSON_INTEGERS:
        case CSIMDJSON_DOUBLES: column.values[slot] = 0; break;
        case CSIMDJSON_TEXTS: column.values[slot + 1] = int64_t(column.byte_count); break;
        case CSIMDJSON_LISTS: column.values[slot + 1] = int64_t(column.children[0]->count); break;
        case CSIMDJSON_STRUCTS:
            for (size_t index = 0; index < column.child_count; index++) {
                Outcome outcome = appendNull(*column.children[index]);
                if (outcome != Outcome::taken) return outcome;
            }
        }
        column.presence[slot] = 0;
        column.count = slot + 1;
        return Outcome::taken;
    }

    Outcome append(CSimdJSONColumn &column, simdjson::dom::element value, size_t depth) {
        if (value.is_null()) return appendNull(column);
        if (!hasSlot(column)) return Outcome::noRoom;
        size_t slot = column.count;
        Outcome outcome = Outcome::refused;
        switch (column.type) {
        case CSIMDJSON_NULLS: break;
        case CSIMDJSON_BOOLEANS: {
            bool truth;
            if (value.get(truth) == simdjson::SUCCESS) {
                column.values[slot] = truth;
                outcome = Outcome::taken;
            }
            break;
        }
        case CSIMDJSON_INTEGERS:
            if (value.get(column.values[slot]) == simdjson::SUCCESS) outcome = Outcome::taken;
            break;
        case CSIMDJSON_DOUBLES: outcome = storeDouble(column, value, slot); break;
        case CSIMDJSON_TEXTS: outcome = storeText(column, value, slot); break;
        case CSIMDJSON_LISTS: outcome = storeList(column, value, slot, depth); break;
        case CSIMDJSON_STRUCTS: outcome = storeStruct(column, value, slot, depth); break;
        }
        if (outcome != Outcome::taken) return outcome;
        column.presence[slot] = 1;
        column.count = slot + 1;
        return Outcome::taken;
    }

    Outcome storeDouble(CSimdJSONColumn &column, simdjson::dom::element value, size_t slot) {
        double number;
        // Not is_double, which is true of integers too.
        if (value.type() == simdjson::dom::element_type::DOUBLE) {
            if (value.get(number) != simdjson::SUCCESS) return Outcome::refused;
        } else {
            int64_t whole;
            if (value.get(whole) != simdjson::SUCCESS) return Outcome::refused;
            if (whole <= -exactDoubles || whole >= exactDoubles) return Outcome::refused;
            // As an integer -0 has lost its sign.
            if (whole == 0 && text.find("-0") != std::string_view::npos) return Outcome::refused;
            number = double(whole);
        }
        std::memcpy(&column.values[slot], &number, sizeof number);
        return Outcome::taken;
    }

    static Outcome storeText(CSimdJSONColumn &column, simdjson::dom::element value, size_t slot) {
        std::string_view string;
        if (value.get(string) != simdjson::SUCCESS) return Outcome::refused;
        if (string.size() > column.byte_capacity - column.byte_count) {
            column.wanted_bytes = string.size();
            return Outcome::noRoom;
        }
        if (!string.empty()) std::memcpy(column.bytes + column.byte_count, string.data(), string.size());
        column.byte_count += string.size();
        column.values[slot + 1] = int64_t(column.byte_count);
        return Outcome::taken;
    }

    Outcome storeList(CSimdJSONColumn &column, simdjson::dom::element value, size_t slot, size_t depth) {
        simdjson::dom::array list;
        if (value.get(list) != simdjson::SUCCESS || depth >= maximumDepth) return Outcome::refused;
        CSimdJSONColumn &elements = *column.children[0];
        for (simdjson::dom::element element : list) {
            Outcome outcome = append(elements, element, depth + 1);
            if (outcome != Outcome::taken) return outcome;
        }
        column.values[slot + 1] = int64_t(elements.count);
        return Outcome::taken;
    }

    Outcome storeStruct(CSimdJSONColumn &column, simdjson::dom::element value, size_t slot, size_t depth) {
        simdjson::dom::object object;
        if (value.get(object) != simdjson::SUCCESS || depth >= maximumDepth) return Outcome::refused;
        size_t next = 0;
        for (simdjson::dom::key_value_pair member : object) {
            CSimdJSONColumn *field = find(column, member.key, next);
            // The object has it twice, or the columns have it not at all.
            if (!field || field->count != slot) return Outcome::refused;
            Outcome outcome = append(*field, member.value, depth + 1);
            if (outcome != Outcome::taken) return outcome;
        }
        for (size_t index = 0; index < column.child_count; index++) {
            if (column.children[index]->count > slot) continue;
            Outcome outcome = appendNull(*column.children[index]);
            if (outcome != Outcome::taken) return outcome;
        }
        return Outcome::taken;
    }

    /// The field of a name. Objects mostly have their fields in one order: the one after the last is tried first.
    static CSimdJSONColumn *find(const CSimdJSONColumn &column, std::string_view name, size_t &next) {
        size_t tries = column.child_count < fieldsLookedAt ? column.child_count : fieldsLookedAt;
        for (size_t tried = 0; tried < tries; tried++) {
            if (next >= column.child_count) next = 0;
            CSimdJSONColumn *field = column.children[next++];
            if (field->name_length == name.size() && std::memcmp(field->name, name.data(), name.size()) == 0) {
                return field;
            }
        }
        return nullptr;
    }
};

#endif
