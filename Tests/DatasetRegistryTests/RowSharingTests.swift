import SystemPackage
import Testing

@testable import ContentStore
@testable import DatasetRegistry

/// A second version keeps of its rows those that are new.
@Suite struct RowSharingTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    enum Layout: String, CaseIterable { case lines, array, csv }

    private func rows(_ count: Int) -> [String] {
        var generator = SeededGenerator(11)
        let letters: [Character] = ["a", "b", "c", "d", "e", "f", "g", "h"]
        return (0..<count).map { row in "\(row) " + String((0..<400).map { _ in letters[generator.below(8)] }) }
    }

    private func file(_ rows: [String], _ layout: Layout) -> [UInt8] {
        switch layout {
        case .lines: bytes(rows.map { "{\"text\": \"\($0)\"}\n" }.joined())
        case .array: bytes("[" + rows.map { "\n  {\n    \"text\": \"\($0)\"\n  }" }.joined(separator: ",") + "\n]\n")
        case .csv: bytes("text\n" + rows.map { "\"\($0)\"\n" }.joined())
        }
    }

    private func add(_ content: [UInt8], _ layout: Layout) throws -> DatasetImporter.Added {
        let path = try temporary.write(content, to: layout == .csv ? "rows.csv" : "rows.json")
        return try store.write { try DatasetImporter($0).add(path, as: try ReferenceName("rows")) }
    }

    private func bytesOnDisk() throws -> Int {
        try store.objects.list().ids.reduce(0) { $0 + (try store.objects.fileSize(of: $1) ?? 0) }
    }

    /// One row in a hundred changed, removed or added, everywhere in the file.
    private func edited(_ rows: [String]) -> [String] {
        rows.enumerated().flatMap { index, row in
            guard index % 100 == 50 else { return [row] }
            return [[row + " changed"], [], [row, row + " added"]][index / 100 % 3]
        }
    }

    @Test(arguments: Layout.allCases)
    func ofAFileWithScatteredEdits(layout: Layout) throws {
        let rows = rows(20_000)
        _ = try add(file(rows, layout), layout)
        let before = try bytesOnDisk()
        let second = file(edited(rows), layout)
        let added = try add(second, layout)
        let growth = try bytesOnDisk() - before
        #expect(growth * 100 < 3 * before, "\(growth) more than \(before)")
        #expect(try store.objects.list().inParts.count >= added.manifest.shards.count - 1)
        if layout != .csv { #expect(try temporary.export() == second) }
        // The manifest says the same as that of a store which holds nothing else.
        let alone = try TemporaryStore()
        let path = try alone.write(second, to: layout == .csv ? "rows.csv" : "rows.json")
        let other = try alone.store.write { try DatasetImporter($0).add(path, as: try ReferenceName("rows")) }
        #expect(other.manifestID == added.manifestID)
        // Rows are read one by one, in any order.
        let (dataset, reference) = (try temporary.open(), try alone.open())
        for row in stride(from: 0, to: dataset.rowCount, by: 7919).reversed() {
            #expect(try dataset.rawRow(at: row) == (try reference.rawRow(at: row)))
        }
        var verifier = Verifier(store)
        #expect(try verifier.run(threadCount: 2) { _, _ in }.isIntact)
    }

    @Test func ofAForkThatChangesFewRows() throws {
        var rows = rows(20_000)
        for row in stride(from: 9, to: rows.count, by: 500) { rows[row] += " NAME" }
        _ = try add(file(rows, .lines), .lines)
        let before = try bytesOnDisk()
        try temporary.fork(["NAME": "Bot"])
        #expect(try (bytesOnDisk() - before) * 100 < before)
        let expected = file(rows.map { $0.replacing("NAME", with: "Bot") }, .lines)
        #expect(try temporary.export("fork") == expected)
        // And without its parent.
        try store.write { $0.remove(.dataset, try ReferenceName("rows")) }
        _ = try Collector(store).run()
        #expect(try temporary.export("fork") == expected)
    }

    /// A version that is lost has nothing to share, and stops nobody.
    @Test func withALostVersion() throws {
        let rows = rows(1000)
        let first = try add(file(rows, .lines), .lines)
        try temporary.damage(first.manifestID)
        let second = file(edited(rows), .lines)
        _ = try add(second, .lines)
        #expect(try store.objects.list().inParts == [])
        #expect(try temporary.export() == second)
    }
}
