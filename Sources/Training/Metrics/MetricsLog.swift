import DatasetFormats
import Foundation
import LanguageModels
import SystemPackage

/// `metrics.jsonl` and a TensorBoard event file beside an adapter.
final class MetricsLog {
    static let fileName = "metrics.jsonl"

    private let lines: AppendingFile
    private let events: TensorBoardWriter
    /// The line of a step, in memory that is kept: as much as numbers of any length need.
    private var line = JSONLine(capacity: 1024)

    /// - Parameters:
    ///   - folder: exists.
    ///   - keptSteps: lines of an earlier part of the training are kept up to this step; 0 for a new training.
    ///   - time: seconds since 1970.
    init(folder: FilePath, keptSteps: Int, time: Double) throws {
        let path = folder.appending(Self.fileName)
        if keptSteps > 0 {
            // Whole or not at all: lines that are to be kept are never out of the folder.
            try AtomicFile.write(try Self.lines(of: path, upTo: keptSteps), to: path)
        }
        lines = try AppendingFile(path: path, isNew: keptSteps == 0)
        events = try TensorBoardWriter(folder: folder, time: time)
    }

    /// The lines of steps that the training goes on from; those after will be written again.
    private static func lines(of path: FilePath, upTo step: Int) throws -> [UInt8] {
        guard FileManager.default.fileExists(atPath: path.string) else { return [] }
        var reader = try JSONRowReader(path: path)
        var kept: [UInt8] = []
        while let line = try wholeLine(&reader, path) {
            if let number = line.object["step"]?.intValue, number <= step { kept += line.bytes + [0x0A] }
        }
        return kept
    }

    /// The next line, or nil at the end, or where a full disk cut one short: what is before it is right, and metrics
    /// are no reason not to go on from a checkpoint that is whole.
    private static func wholeLine(
        _ reader: inout JSONRowReader, _ path: FilePath
    ) throws(DatasetFormatsError) -> (bytes: [UInt8], object: JSONObject)? {
        do {
            guard let row = try reader.next() else { return nil }
            return (row.bytes, try JSONParser.parseRow(row, source: path.string))
        } catch {
            guard error.isMachineFailure else { return nil }
            throw error
        }
    }

    func write(_ record: StepRecord, time: Double) throws(TrainingError) {
        record.write(to: &line)
        try lines.append(line.bytes)
        try events.write(record, time: time)
    }

    func write(_ record: EvaluationRecord, time: Double) throws(TrainingError) {
        try lines.append(JSONWriter.bytes(.object(record.json), style: .compact) + [0x0A])
        try events.write(
            record.figures.map { ("eval/\($0.name)", $0.value) }, step: record.step, time: time)
    }
}
