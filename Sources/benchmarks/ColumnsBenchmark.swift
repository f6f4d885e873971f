import ArgumentParser
import DatasetFormats
import Foundation
import SystemPackage

/// Gigabytes of JSON a second, from a file to columns in memory, by one thread.
struct ColumnsBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "columns", abstract: "Read rows of JSON into columns, by one thread.")

    @Option(help: "A file of JSON: Lines, an array, or objects.") var file: String
    @Option(help: "How often to measure; the fastest counts.") var repetitions = 5

    func run() throws {
        let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
        var rowCount = 0
        var best = (wall: Double.infinity, processor: Double.infinity)
        for _ in 0..<max(1, repetitions) {
            let start = (wall: ContinuousClock.now, processor: clock())
            rowCount = try readColumns()
            let elapsed = (ContinuousClock.now - start.wall).components
            best.wall = min(best.wall, Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18)
            best.processor = min(best.processor, Double(clock() - start.processor) / Double(CLOCKS_PER_SEC))
        }
        print(
            "ours, 1 thread".padding(toLength: 28, withPad: " ", startingAt: 0),
            String(
                format: "%8.3f GB/s by the clock %8.3f GB/s of CPU time %10d rows", Double(size) * 1e-9 / best.wall,
                Double(size) * 1e-9 / best.processor, rowCount))
    }

    /// The columns are those of the first rows, as `ds convert` has them.
    private func readColumns() throws -> Int {
        var collector = ColumnarSchemaCollector(source: file)
        var first = try JSONRowReader(path: FilePath(file))
        while collector.rowCount < 1024, let row = try first.next() { try collector.add(row) }
        var builder = try BatchBuilder(fields: collector.fields(), source: file)
        var reader = try JSONRowReader(path: FilePath(file))
        var rowCount = 0
        while true {
            if try reader.readRows(into: builder, atMost: 16_384 - builder.rowCount) == 0 {
                guard let row = try reader.next() else { break }
                try builder.add(row)
            }
            if builder.rowCount >= 16_384 { rowCount += try builder.finish().rowCount }
        }
        return rowCount + (try builder.finish().rowCount)
    }
}
