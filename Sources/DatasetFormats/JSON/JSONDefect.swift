/// A way in which a text is not JSON.
public enum JSONDefect: Error, Sendable, Hashable, CustomStringConvertible {
    case truncated
    case unexpected(byte: UInt8, wanted: String)
    case invalidUTF8
    case controlCharacter(UInt8)
    case invalidEscape
    case loneSurrogate
    case invalidNumber
    case duplicateKey(String)
    case tooDeep(limit: Int)
    case trailing
    case notAnObject

    public var description: String {
        switch self {
        case .truncated: "the text ends in the middle of a value"
        case .unexpected(let byte, let wanted):
            byte >= 0x20 && byte < 0x7F
                ? "found \"\(Character(Unicode.Scalar(byte)))\" where \(wanted) should be"
                : "found byte \(byte) where \(wanted) should be"
        case .invalidUTF8: "not valid UTF-8"
        case .controlCharacter(let byte): "control character \(byte) in a string; write it as an escape"
        case .invalidEscape: "an escape that JSON does not have"
        case .loneSurrogate: "half a surrogate pair, which is no character"
        case .invalidNumber: "not a number as JSON writes them"
        case .duplicateKey(let key): "the key \"\(key)\" appears twice in one object"
        case .tooDeep(let limit): "nested more than \(limit) levels deep"
        case .trailing: "something follows where the text should end"
        case .notAnObject: "a row must be an object, { … }"
        }
    }
}
