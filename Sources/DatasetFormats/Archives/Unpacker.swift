import SystemPackage

/// Unpacks one file of rows from a packed or compressed one, so that any reader can read it.
public struct Unpacker {
    /// A file that was unpacked.
    public struct Unpacked: Sendable, Hashable {
        public let path: FilePath
        /// What it is called inside, or without the ending of its compression: `train.jsonl` for `train.jsonl.gz`.
        public let name: String
        public let byteCount: Int
    }

    public let location: PackedLocation
    public let limits: ArchiveLimits

    public init(_ location: PackedLocation, limits: ArchiveLimits = .standard) {
        self.location = location
        self.limits = limits
    }

    /// How the file is packed; nil for one that is not.
    ///
    /// - Throws: `DatasetFormatsError.unreadable`.
    public func form() throws(DatasetFormatsError) -> PackedForm? {
        PackedForm(beginning: try Self.beginning(of: location.file))
    }

    /// The files inside, with every name and kind checked. Reads the whole file.
    ///
    /// - Throws: `DatasetFormatsError.archive`, `unreadable`.
    public func members() throws(DatasetFormatsError) -> [ArchiveMember] {
        let reader = try ArchiveReader(path: location.file, limits: limits)
        var members: [ArchiveMember] = []
        while let member = try reader.nextMember() { members.append(member) }
        return members
    }

    /// The tar of samples that the file is, whose rows are read from it as it stands; nil where a member is named, where
    /// it is something else, or where another format is asked for.
    ///
    /// - Throws: `DatasetFormatsError.archive`, `unreadable`.
    public func samples(asked format: DatasetFormat?) throws(DatasetFormatsError) -> SampleArchive? {
        guard location.member == nil, format == nil || format == .webdataset else { return nil }
        return try SampleArchive.find(in: location.file, limits: limits, isAsked: format == .webdataset)
    }

    /// Writes the member that the location names, or the only one, to a new file.
    ///
    /// - Parameters:
    ///   - target: must not be there. It is left half written when this throws; the caller clears its folder.
    ///   - progress: told the bytes unpacked so far.
    /// - Throws: `DatasetFormatsError.archive`, `unreadable`; what `progress` throws.
    public func unpack(to target: FilePath, progress: (Int) throws -> Void = { _ in }) throws -> Unpacked {
        let members = try members()
        let index = try chooseIndex(from: members)
        let chosen = members[index]
        let reader = try ArchiveReader(path: location.file, limits: limits)
        for _ in 0...index { _ = try reader.nextMember() }
        let descriptor = try Self.create(target)
        var count = 0
        let begins: [UInt8] = try descriptor.closeAfter {
            var beginning: [UInt8] = []
            var buffer: [UInt8] = []
            while try reader.read(into: &buffer) {
                if beginning.count < PackedForm.prefixCount { beginning += buffer.prefix(PackedForm.prefixCount) }
                try descriptor.writeAll(buffer)
                count += buffer.count
                buffer.removeAll(keepingCapacity: true)
                try progress(count)
            }
            return beginning
        }
        let name = chosen.name ?? Self.nameWithoutCompression(of: location.file)
        guard PackedForm(beginning: begins) == nil else {
            throw DatasetFormatsError.archive(.nested(name: name), path: location.file)
        }
        return Unpacked(path: target, name: name, byteCount: count)
    }

    private func chooseIndex(from members: [ArchiveMember]) throws(DatasetFormatsError) -> Int {
        let names = members.compactMap(\.name)
        if let wanted = location.member {
            // Two names may look alike and differ in their bytes.
            let isWanted = { (name: String?) in name.map { $0.utf8.elementsEqual(wanted.utf8) } ?? false }
            guard let index = members.firstIndex(where: { isWanted($0.name) }) else {
                let ending = wanted.split(separator: "/").last.map(String.init) ?? wanted
                let nearest = names.first { $0 == ending || $0.hasSuffix("/" + ending) }
                throw .archive(.noMember(name: wanted, nearest: nearest), path: location.file)
            }
            return index
        }
        guard !members.isEmpty else { throw .archive(.noMembers, path: location.file) }
        guard members.count == 1 else { throw .archive(.severalMembers(names), path: location.file) }
        return 0
    }

    private static func nameWithoutCompression(of file: FilePath) -> String {
        let name = file.lastComponent?.string ?? file.string
        let endings = [".gz", ".zst", ".xz", ".bz2"]
        let lowercased = name.lowercased()
        guard let ending = endings.first(where: { lowercased.hasSuffix($0) }), name.count > ending.count else {
            return name
        }
        return String(name.dropLast(ending.count))
    }

    private static func create(_ target: FilePath) throws(DatasetFormatsError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(
                target, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .init(rawValue: 0o600))
        } catch {
            throw .unreadable(path: target, (error as? Errno) ?? .ioError)
        }
    }

    private static func beginning(of path: FilePath) throws(DatasetFormatsError) -> [UInt8] {
        var source = try ByteSource(path: path)
        var beginning: [UInt8] = []
        while beginning.count < PackedForm.prefixCount {
            guard try source.read(PackedForm.prefixCount - beginning.count, into: &beginning) else { break }
        }
        return beginning
    }
}
