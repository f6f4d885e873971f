/// An object whose members keep their order. Keys are unique, byte for byte.
public struct JSONObject: Sendable {
    public typealias Member = (key: String, value: JSONValue)

    public private(set) var members: [Member] = []
    /// Where each key is, by its bytes; made only for objects with many members.
    private var places: [[UInt8]: Int]?

    /// Members that are found faster by looking at each than by hashing.
    private static let fewMembers = 16

    public init() {}

    /// Makes room for members at once.
    mutating func reserve(_ count: Int) { members.reserveCapacity(count) }

    public var keys: [String] { members.map(\.key) }
    public var count: Int { members.count }
    public var isEmpty: Bool { members.isEmpty }

    /// The value of a key. Setting a new key appends it; setting nil removes it.
    public subscript(key: String) -> JSONValue? {
        get { place(of: key).map { members[$0].value } }
        set {
            switch (place(of: key), newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil):
                members.remove(at: place)
                places = nil
                indexIfLarge()
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
    }

    private func place(of key: String) -> Int? {
        if let places { return places[Array(key.utf8)] }
        // Keys that only look alike, é and e with an accent, are two keys, as in JSON itself.
        let count = key.utf8.count
        return members.firstIndex { $0.key.utf8.count == count && $0.key.utf8.elementsEqual(key.utf8) }
    }

    /// Appends a member, unless its key is there already.
    ///
    /// - Returns: whether it was not.
    mutating func append(unique key: String, _ value: JSONValue) -> Bool {
        guard place(of: key) == nil else { return false }
        append(key, value)
        return true
    }

    /// Frees the value at an index, if there is one, before another is made that is to have its place.
    @inline(__always)
    mutating func freeValue(at index: Int) {
        if index < members.count { members[index].value = .null }
    }

    /// Puts a member at an index, in place of the one that is there. Its key is not among those before.
    /// `removeMembers(from:)` is to be called after the last.
    @inline(__always)
    mutating func put(known key: String, _ value: JSONValue, at index: Int) {
        if index < members.count { members[index] = (key, value) } else { members.append((key, value)) }
    }

    /// Removes an object's last members, and makes it ready to be searched by key.
    mutating func removeMembers(from index: Int) {
        if members.count > index { members.removeLast(members.count - index) }
        places = nil
        indexIfLarge()
    }

    private mutating func append(_ key: String, _ value: JSONValue) {
        members.append((key, value))
        if places == nil { indexIfLarge() } else { places?[Array(key.utf8)] = members.count - 1 }
    }

    /// Makes large objects ready to be searched by key.
    private mutating func indexIfLarge() {
        guard members.count > Self.fewMembers else { return }
        places = Dictionary(uniqueKeysWithValues: members.enumerated().map { (Array($1.key.utf8), $0) })
    }
}

extension JSONObject: Hashable {
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count
            && zip(left.members, right.members).allSatisfy {
                $0.key.utf8.elementsEqual($1.key.utf8) && $0.value == $1.value
            }
    }

    public func hash(into hasher: inout Hasher) {
        for member in members { hasher.combine(member.value) }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }
}
