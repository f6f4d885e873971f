/// What a store may hold, as its file `format` says. Formats only grow, each when the first thing is written that needs
/// it: a program that does not know the format refuses the store rather than misread it.
enum StoreFormat: Int, CaseIterable, Comparable {
    /// References have no check and no marks.
    case first = 1
    case second
    /// Objects may be kept in parts.
    case third

    /// The whole file. No changed byte makes one of these another.
    var line: String {
        switch self {
        case .first: "ds store 1\n"
        case .second: "ds store 2\n"
        case .third: "ds store 3 parts\n"
        }
    }

    /// As a message quotes it.
    var words: String { String(line.dropLast()) }

    init?(line: [UInt8]) {
        guard let format = Self.allCases.first(where: { Array($0.line.utf8) == line }) else { return nil }
        self = format
    }

    static func < (left: StoreFormat, right: StoreFormat) -> Bool { left.rawValue < right.rawValue }
}

extension Store {
    /// The format that what is in the store needs, whatever its file says.
    func neededFormat() throws(ContentStoreError) -> StoreFormat {
        if try !objects.list().inParts.isEmpty { return .third }
        for kind in ReferenceKind.allCases {
            for name in try references.list(kind).names {
                if let text = try FileSystem.readIfThere(references.path(kind, name)), Reference.isChecked(text) {
                    return .second
                }
            }
        }
        return .first
    }
}
