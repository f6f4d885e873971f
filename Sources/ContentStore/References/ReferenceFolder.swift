import Spelling
import SystemPackage

/// The folder `refs`: a small file for each name.
public struct ReferenceFolder: Sendable {
    let root: FilePath

    func folder(_ kind: ReferenceKind) -> FilePath { root.appending(kind.folder) }
    func path(_ kind: ReferenceKind, _ name: ReferenceName) -> FilePath { folder(kind).appending(name.text) }

    /// Names that are on the move: a writer moves them, or died while it did.
    var intentPath: FilePath { root.appending("intent") }

    /// What is written down of names on the move, or nil.
    ///
    /// - Throws: `ContentStoreError.damagedReference` for a file that is none of ours.
    func intent() throws(ContentStoreError) -> MoveIntent? {
        guard let bytes = try FileSystem.readIfThere(intentPath) else { return nil }
        guard let intent = try MoveIntent(bytes: bytes) else {
            throw .damagedReference(
                path: intentPath,
                problem: "is damaged; each name is whole, as it was or as it was to be; remove the file")
        }
        return intent
    }

    /// What a name stands for, or nil where there is no such name.
    ///
    /// - Throws: `ContentStoreError.damagedReference` for a file that is none of ours.
    public func find(_ kind: ReferenceKind, _ name: ReferenceName) throws(ContentStoreError) -> Reference? {
        // First, for it is gone only when the names have moved.
        if let move = try intent()?.move(kind, name) { return move.reference }
        return try findFile(kind, name)
    }

    private func findFile(
        _ kind: ReferenceKind, _ name: ReferenceName
    ) throws(ContentStoreError) -> Reference? {
        let path = path(kind, name)
        guard !FileSystem.isFolder(path) else {
            throw .damagedReference(path: path, problem: "is a folder, not a name; remove it")
        }
        guard let bytes = try FileSystem.readIfThere(path) else { return nil }
        guard let text = String(validating: bytes, as: UTF8.self),
            let reference = Reference(kind: kind, name: name, text: text)
        else {
            throw .damagedReference(
                path: path, problem: "is damaged: each line must be a SHA-1 and a time; add the \(kind.rawValue) again")
        }
        return reference
    }

    /// What a name stands for.
    ///
    /// - Throws: `ContentStoreError.unknownName`, with the nearest there is.
    public func get(_ kind: ReferenceKind, _ name: ReferenceName) throws(ContentStoreError) -> Reference {
        if let reference = try find(kind, name) { return reference }
        let near = EditDistance.nearest(to: name.text, among: try list(kind).names.map(\.text))
        throw .unknownName(kind: kind, name: name.text, nearest: near)
    }

    /// The names of a kind, sorted, and files that are no names.
    func list(_ kind: ReferenceKind) throws(ContentStoreError) -> (names: [ReferenceName], strangers: [FilePath]) {
        let folder = folder(kind)
        let moves = (try intent()?.moves ?? []).filter { $0.kind == kind }
        var names = Set(moves.filter { $0.reference != nil }.map(\.name))
        let gone = Set(moves.filter { $0.reference == nil }.map(\.name))
        var strangers: [FilePath] = []
        for text in FileSystem.exists(folder) ? try FileSystem.list(folder) : [] {
            do {
                let name = try ReferenceName(text)
                if !gone.contains(name) { names.insert(name) }
            } catch {
                strangers.append(folder.appending(text))
            }
        }
        return (names.sorted(), strangers)
    }

    /// The names of a kind, sorted.
    ///
    /// - Throws: `ContentStoreError.damagedReference` for a file that is no name.
    public func names(_ kind: ReferenceKind) throws(ContentStoreError) -> [ReferenceName] {
        let (names, strangers) = try list(kind)
        guard let stranger = strangers.first else { return names }
        throw .damagedReference(path: stranger, problem: "is no name; remove the file")
    }

    /// Every name of a kind that can be read, sorted, and what is wrong with the others.
    public func readable(
        _ kind: ReferenceKind
    ) throws(ContentStoreError) -> (references: [Reference], problems: [ContentStoreError]) {
        let (names, strangers) = try list(kind)
        var references: [Reference] = []
        var problems = strangers.map {
            ContentStoreError.damagedReference(path: $0, problem: "is no name; remove the file")
        }
        for name in names {
            do {
                if let reference = try find(kind, name) { references.append(reference) }
            } catch {
                guard case .damagedReference = error else { throw error }
                problems.append(error)
            }
        }
        return (references, problems)
    }

    /// Every name of a kind, sorted.
    public func all(_ kind: ReferenceKind) throws(ContentStoreError) -> [Reference] {
        var references: [Reference] = []
        for name in try names(kind) {
            if let reference = try find(kind, name) { references.append(reference) }
        }
        return references
    }

    /// Every name of every kind.
    ///
    /// - Throws: where one cannot be read.
    func everything() throws(ContentStoreError) -> [Reference] {
        var references: [Reference] = []
        for kind in ReferenceKind.allCases { references += try all(kind) }
        return references
    }

    /// Reads what names stand for. A name that goes meanwhile may take what it stood for along: then all begins anew.
    func readingAll<Result>(
        _ body: ([Reference]) throws(ContentStoreError) -> Result
    ) throws(ContentStoreError) -> Result {
        while true {
            let references = try everything()
            do {
                return try body(references)
            } catch {
                guard error.isLostObject, try everything() != references else { throw error }
            }
        }
    }
}
