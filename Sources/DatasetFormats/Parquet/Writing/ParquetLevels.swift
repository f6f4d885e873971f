/// The entries of a leaf: which values it has, and the levels that stand for the lists and structs around them.
///
/// Made from the root downwards: every step adds what one list, struct or null does to the entries above it.
struct ParquetLevels {
    /// The value's place in the column of the step reached; -1 where the entry ended above it.
    private(set) var places: [Int]
    private(set) var definitions: [UInt8]
    private(set) var repetitions: [UInt8]
    private(set) var maximumDefinition: UInt8 = 0
    private(set) var maximumRepetition: UInt8 = 0

    init(rowCount: Int) {
        places = Array(0..<rowCount)
        definitions = [UInt8](repeating: 0, count: rowCount)
        repetitions = definitions
    }

    /// Ends the entries whose values are null.
    mutating func descend(nullable validity: Bitmap?) {
        maximumDefinition += 1
        for entry in places.indices where places[entry] >= 0 {
            if validity?[places[entry]] ?? true { definitions[entry] += 1 } else { places[entry] = -1 }
        }
    }

    /// Makes an entry of each element of lists.
    mutating func descend(list range: (Int) -> Range<Int>) {
        maximumDefinition += 1
        maximumRepetition += 1
        var inner = ParquetLevels(rowCount: 0)
        inner.maximumDefinition = maximumDefinition
        inner.maximumRepetition = maximumRepetition
        for entry in places.indices {
            let elements = places[entry] >= 0 ? range(places[entry]) : 0..<0
            guard !elements.isEmpty else {
                inner.append(-1, definition: definitions[entry], repetition: repetitions[entry])
                continue
            }
            for element in elements {
                inner.append(
                    element, definition: definitions[entry] + 1,
                    repetition: element == elements.lowerBound ? repetitions[entry] : maximumRepetition)
            }
        }
        self = inner
    }

    private mutating func append(_ place: Int, definition: UInt8, repetition: UInt8) {
        places.append(place)
        definitions.append(definition)
        repetitions.append(repetition)
    }
}
