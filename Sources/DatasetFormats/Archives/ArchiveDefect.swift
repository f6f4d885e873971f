/// What is wrong with a packed or compressed file.
public enum ArchiveDefect: Sendable, Hashable, CustomStringConvertible {
    /// What libarchive says of it.
    case unreadable(String)
    case unwritable(String)
    case unsafeMember(name: String, Hazard)
    case growsTooMuch(ratio: Int, limit: Int)
    case tooLarge(limit: Int)
    case tooManyMembers(limit: Int)
    case noMember(name: String, nearest: String?)
    /// None was named, and there are several.
    case severalMembers([String])
    case noMembers
    /// What came out is itself packed.
    case nested(name: String)
    /// It was said to be a tar of samples.
    case notSamples
    /// In a tar of samples.
    case memberWithoutEnding(String)
    case scatteredParts(key: String)
    /// A part of a sample is not what its ending says. The row is counted from 0.
    case badPart(member: String, row: Int, String)

    /// Why a member is refused.
    public enum Hazard: Sendable, Hashable {
        case absolutePath, climbsOut, link, device, encrypted, nameNotUTF8, duplicate
    }

    public var description: String {
        switch self {
        case .unreadable(let problem): "cannot be unpacked: \(problem)"
        case .unwritable(let problem): "cannot be written: \(problem)"
        case .unsafeMember(let name, let hazard): "the member \(name) \(Self.text(hazard)); nothing is read from it"
        case .growsTooMuch(let ratio, let limit):
            "unpacks to more than \(ratio) times its size, which no file of rows does (the limit is \(limit)); if you"
                + " trust it, unpack it yourself, or raise --max-unpacked-ratio"
        case .tooLarge(let limit):
            "unpacks to more than \(limit) bytes; if you trust it, unpack it yourself, or raise"
                + " --max-unpacked-bytes"
        case .tooManyMembers(let limit): "holds more than \(limit) members; split it into several"
        case .noMember(let name, let nearest):
            "has no member \(name)" + (nearest.map { "; did you mean \($0)?" } ?? "")
        case .severalMembers(let names):
            "holds several files: \(names.prefix(5).joined(separator: ", "))"
                + (names.count > 5 ? " and \(names.count - 5) more" : "")
                + "; name one, as in FILE/\(names.first ?? ""), or say --file-format webdataset where they are the parts"
                + " of rows"
        case .noMembers: "holds no files"
        case .nested(let name): "\(name) is itself packed; unpack the outer file first"
        case .notSamples: "is no tar of samples, whose files are the parts of rows"
        case .memberWithoutEnding(let name):
            "the member \(name) has no ending, which says what part of a row it is; remove it, or name one file, as in"
                + " FILE/\(name)"
        case .scatteredParts(let key):
            "the parts of \(key) do not stand one after another; sort the files by their names, as tar --sort=name does"
        case .badPart(let member, let row, let problem): "\(member) (row \(row)): \(problem)"
        }
    }

    private static func text(_ hazard: Hazard) -> String {
        switch hazard {
        case .absolutePath: "has an absolute path"
        case .climbsOut: "climbs out of the folder with \"..\""
        case .link: "is a link"
        case .device: "is a device, a pipe or a socket"
        case .encrypted: "is encrypted"
        case .nameNotUTF8: "has a name that is not UTF-8"
        case .duplicate: "is there twice"
        }
    }
}
