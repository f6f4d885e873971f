import SystemPackage

/// An object's name: the SHA-1 of its bytes, the hash that `sha1sum` and `file_sha1` speak.
public struct ObjectID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Forty lower-case digits.
    public let hex: String

    /// - Returns: nil for anything but forty hexadecimal digits, in either case.
    public init?(hex: String) {
        var hex = hex
        let isDigits = hex.withUTF8 { $0.count == 40 && $0.allSatisfy { Self.isHexDigit($0) } }
        guard isDigits else { return nil }
        // Most are in lower case already.
        let hasCapitals = hex.withUTF8 { $0.contains { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) } }
        self.hex = hasCapitals ? hex.lowercased() : hex
    }

    /// - Parameter digest: the twenty bytes of a SHA-1.
    init(digest: [UInt8]) {
        precondition(digest.count == 20)
        hex = Hexadecimal.string(digest)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    /// The SHA-1 of bytes.
    ///
    /// - Parameter joined: takes the bytes too, in the same pass: a hasher of the whole that they are a part of.
    /// - Throws: `ContentStoreError.hashUnavailable`.
    public static func of(_ bytes: [UInt8], hashedInto joined: SHA1Hasher? = nil) throws(ContentStoreError) -> ObjectID
    {
        let hasher = try SHA1Hasher()
        if let joined { hasher.update(bytes, with: joined) } else { hasher.update(bytes) }
        return hasher.finish()
    }

    public var description: String { hex }
    /// Enough to tell objects apart by eye.
    public var short: String { String(hex.prefix(10)) }

    public static func < (left: ObjectID, right: ObjectID) -> Bool { left.hex < right.hex }
}

extension ObjectID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = ObjectID(hex: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(text) is no SHA-1")
        }
        self = id
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}

extension ObjectID {
    /// The SHA-1 of a file's bytes.
    ///
    /// - Throws: `ContentStoreError.system` where it cannot be read.
    public static func ofFile(at path: FilePath) throws(ContentStoreError) -> ObjectID {
        let hasher = try SHA1Hasher()
        func update(_ piece: UnsafeRawBufferPointer) throws(ContentStoreError) { hasher.update(piece) }
        try FileSystem.read(path, update)
        return hasher.finish()
    }
}
