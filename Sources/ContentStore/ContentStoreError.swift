import SystemPackage

/// What can go wrong between a store and the disk it is on.
public enum ContentStoreError: Error, Hashable, CustomStringConvertible {
    /// No folder from here upwards holds a store.
    case noStore(from: FilePath)
    case storeExists(path: FilePath)
    /// The folder is no store, or one of a later version.
    case unknownFormat(path: FilePath, found: String)
    /// The operating system said no.
    case system(path: FilePath, Errno, doing: String)
    /// Another process writes, and did not finish in time.
    case busy(holder: String, waited: Int)
    /// Another process took the lease over, because this one did not answer for too long.
    case leaseLost(path: FilePath)
    case missingObject(id: ObjectID, path: FilePath)
    /// The bytes are not those that were stored.
    case damagedObject(id: ObjectID, path: FilePath)
    /// The file that says where the object's parts are says what cannot be, though nothing changed it since.
    case malformedParts(id: ObjectID, path: FilePath, problem: String)
    /// Two different contents with one SHA-1.
    case collision(id: ObjectID)
    case invalidName(name: String, problem: String)
    case unknownName(kind: ReferenceKind, name: String, nearest: String?)
    case unknownVersion(kind: ReferenceKind, name: String, version: Int, count: Int)
    /// The version was given up, by `ds remove` or a policy of `ds gc`.
    case droppedVersion(kind: ReferenceKind, name: String, version: Int)
    case unknownTag(kind: ReferenceKind, name: String, tag: String, nearest: String?)
    case nameExists(kind: ReferenceKind, name: String)
    /// A version with a tag is not given up.
    case taggedVersion(kind: ReferenceKind, name: String, version: Int, tag: String)
    case damagedReference(path: FilePath, problem: String)
    case malformedManifest(id: ObjectID, problem: String)
    case index(problem: String)
    case hashUnavailable(name: String)

    public var description: String {
        switch self {
        case .noStore(let path):
            return "\(path): no store here or in a folder above; make one with: ds init"
        case .storeExists(let path): return "\(path): there is a store already"
        case .unknownFormat(let path, let found):
            return "\(path): is no store of a format that this ds reads (\(found))"
        case .system(let path, let errno, let doing): return "\(path): \(doing): \(errno)"
        case .busy(let holder, let waited):
            return "busy: the store is in use by \(holder), waited \(waited) s; try again when it has finished"
        case .leaseLost(let path):
            return "\(path): another process took over the right to write; nothing was changed, try again"
        case .missingObject(let id, let path):
            return "object \(id) is missing (\(path)); ds verify says what it hurts and how to mend it"
        case .damagedObject(let id, let path):
            return "object \(id) is damaged (\(path)); ds verify says what it hurts and how to mend it"
        case .malformedParts(let id, let path, let problem):
            return
                "object \(id) is in parts that cannot be (\(path) \(problem)); ds verify says what it hurts and how to"
                + " mend it"
        case .collision(let id):
            return "other content with the SHA-1 \(id) is in the store already: a collision; nothing was stored"
        case .invalidName(let name, let problem): return "\"\(name)\" cannot be a name: \(problem)"
        case .unknownName(let kind, let name, let nearest):
            let hint = nearest.map { "did you mean \($0)?" } ?? "see: \(kind.listingCommand)"
            return "there is no \(kind.rawValue) called \(name); \(hint)"
        case .unknownVersion(let kind, let name, let version, let count):
            return "\(kind.rawValue) \(name) has no version \(version); it has 1 to \(count)"
        case .droppedVersion(let kind, let name, let version):
            return "\(kind.rawValue) \(name) had a version \(version), which was given up; see: ds log \(name)"
        case .unknownTag(let kind, let name, let tag, let nearest):
            let hint = nearest.map { "did you mean \(name)@\($0)?" } ?? "see: ds log \(name)"
            return "\(kind.rawValue) \(name) has no version with the tag \(tag); \(hint)"
        case .nameExists(let kind, let name):
            return "there is a \(kind.rawValue) called \(name) already; choose another name, or remove it first"
        case .taggedVersion(let kind, let name, let version, let tag):
            return "\(kind.rawValue) \(name)@\(version) has the tag \(tag); take that away first:"
                + " ds tag --delete \(name) \(tag)"
        case .damagedReference(let path, let problem): return "\(path): \(problem)"
        case .malformedManifest(let id, let problem): return "manifest \(id): \(problem)"
        case .index(let problem):
            return "the index: \(problem); it is only a cache: remove index.sqlite and run: ds reindex"
        case .hashUnavailable(let name): return "\(name) is not available from the system's libcrypto"
        }
    }

    /// Whether bytes that were stored are not there any more.
    public var isLostObject: Bool {
        switch self {
        case .missingObject, .damagedObject, .malformedParts: true
        default: false
        }
    }

    /// Whether the machine failed, rather than what was asked for being wrong.
    public var isMachineFailure: Bool {
        switch self {
        case .system(_, let errno, _): errno != .noSuchFileOrDirectory && errno != .isDirectory
        case .busy, .leaseLost, .missingObject, .damagedObject, .malformedParts, .damagedReference, .index,
            .hashUnavailable:
            true
        default: false
        }
    }

    public var isWrongUse: Bool {
        switch self {
        case .noStore, .storeExists, .invalidName, .unknownName, .unknownVersion, .droppedVersion, .unknownTag,
            .nameExists, .taggedVersion:
            true
        default: false
        }
    }
}
