import SystemPackage
import Testing

@testable import ContentStore

/// Lines with nothing in common.
func lines(_ count: Int, _ generator: inout SeededGenerator) -> [[UInt8]] {
    (0..<count).map { _ in Array(Hexadecimal.string(generator.bytes(20 + generator.below(30))).utf8) + [0x0A] }
}

/// Where lines end.
func lineEnds(_ content: [UInt8]) -> [Int] {
    content.indices.filter { content[$0] == 0x0A }.map { $0 + 1 }
}

extension Store {
    /// Looks for lines in objects, however short they are.
    func lineFinder(
        among parents: [StoredObject], limits: PieceFinder.Limits = .init(smallest: 1, shortestRun: 1)
    ) -> PieceFinder {
        PieceFinder(in: self, among: parents, limits: limits, cutting: lineEnds)
    }

    /// Lets a name stand for objects, in parts of those of its version before where that takes little.
    @discardableResult
    func addVersion(_ name: String, _ contents: [[UInt8]]) throws -> [StoredObject] {
        let name = try ReferenceName(name)
        let parents = try references.find(.dataset, name).map { try datasetManifest($0.current.manifest).shards } ?? []
        return try write { writer in
            let finder = lineFinder(among: parents.map(\.object))
            var shards: [DatasetManifest.Shard] = []
            for (row, content) in contents.enumerated() {
                let object = try writer.stage(content, cutAt: lineEnds(content), sharing: finder)
                shards.append(.init(object: object, firstRow: row, rows: 1))
            }
            let whole = Array(contents.joined())
            let manifest = DatasetManifest(
                source: .init(file: "rows.jsonl", sha1: try ObjectID.of(whole), bytes: whole.count), shards: shards,
                columns: [], attributes: [:], recipe: Recipe(operation: "add"))
            writer.set(.dataset, name, to: try writer.stage(.dataset(manifest)))
            return shards.map(\.object)
        }
    }

    func verified(_ thoroughness: Verification.Thoroughness = .full) throws -> Verification {
        var verifier = Verifier(self, thoroughness: thoroughness)
        return try verifier.run(threadCount: 2) { _, _ in }
    }
}

/// A store with a version whose objects are whole, and one that has each with a line changed, in parts.
struct PartsStore {
    let temporary: TemporaryStore
    let first: [[UInt8]]
    let second: [[UInt8]]
    let bases: [StoredObject]
    let parts: [StoredObject]

    var store: Store { temporary.store }

    init(objects: Int = 3, lines count: Int = 60) throws {
        temporary = try TemporaryStore()
        var generator = SeededGenerator(7)
        let first = (0..<objects).map { _ in lines(count, &generator) }
        let second = first.map { lines -> [[UInt8]] in
            var lines = lines
            lines[lines.count / 2] = bytes("changed\n")
            return lines
        }
        self.first = first.map { Array($0.joined()) }
        self.second = second.map { Array($0.joined()) }
        bases = try temporary.store.addVersion("rows", self.first)
        parts = try temporary.store.addVersion("rows", self.second)
    }
}
