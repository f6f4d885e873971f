/// A name that a person gives to a dataset, a model or a run; safe as a file's name on any system.
public struct ReferenceName: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: String

    private static let maximumBytes = 120

    /// - Throws: `ContentStoreError.invalidName` for one with anything but letters, digits, `_`, `-` and `.`, one that
    ///   does not begin with a letter, a digit or `_`, or one that is too long.
    public init(_ text: String) throws(ContentStoreError) {
        func refuse(_ problem: String) -> ContentStoreError { .invalidName(name: text, problem: problem) }
        guard let first = text.unicodeScalars.first else { throw refuse("it is empty") }
        guard Self.isWordScalar(first) else { throw refuse("it must begin with a letter, a digit or _") }
        if let bad = text.unicodeScalars.first(where: { !Self.isWordScalar($0) && $0 != "-" && $0 != "." }) {
            throw refuse("it may hold letters, digits, _, - and . but not \"\(bad)\"")
        }
        guard text.utf8.count <= Self.maximumBytes else {
            throw refuse("it is longer than \(Self.maximumBytes) bytes")
        }
        self.text = text
    }

    private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    /// The nearest name that `init` takes: other characters become `_`, and what is too much is cut off.
    public init(sanitising text: String) throws(ContentStoreError) {
        var kept = String.UnicodeScalarView()
        var byteCount = 0
        for scalar in text.unicodeScalars {
            let fits = Self.isWordScalar(scalar) || (!kept.isEmpty && (scalar == "-" || scalar == "."))
            let next = fits ? scalar : "_"
            byteCount += UTF8.width(next)
            if byteCount > Self.maximumBytes { break }
            kept.append(next)
        }
        try self.init(String(kept))
    }

    public var description: String { text }

    // By their bytes, as the file system tells them apart: texts that only look the same are different names.
    public static func == (left: ReferenceName, right: ReferenceName) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    public static func < (left: ReferenceName, right: ReferenceName) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    public func hash(into hasher: inout Hasher) { for byte in text.utf8 { hasher.combine(byte) } }
}
