import Foundation

/// Unicode's normal forms (Unicode Standard Annex 15).
enum UnicodeForm: String, Sendable {
    case nfc = "NFC"
    case nfd = "NFD"
    case nfkc = "NFKC"
    case nfkd = "NFKD"

    func apply(to text: [UInt8]) -> [UInt8] {
        // ASCII is in every form, and nothing before U+0300 composes.
        let isSimple = self == .nfc ? text.allSatisfy { $0 < 0xCC } : text.allSatisfy { $0 < 0x80 }
        if isSimple { return text }
        let string = String(decoding: text, as: UTF8.self)
        let result =
            switch self {
            case .nfc: string.precomposedStringWithCanonicalMapping
            case .nfd: string.decomposedStringWithCanonicalMapping
            case .nfkc: string.precomposedStringWithCompatibilityMapping
            case .nfkd: string.decomposedStringWithCompatibilityMapping
            }
        return Array(result.utf8)
    }
}
