import Foundation
import SystemPackage

/// Writes scalars as TensorBoard's event files have them: TFRecords of `Event` messages in protocol-buffer encoding
/// (tensorflow/core/util/event.proto, summary.proto; tensorflow/core/lib/io/record_writer).
final class TensorBoardWriter {
    private let file: AppendingFile

    /// Begins a new event file.
    ///
    /// - Parameters:
    ///   - folder: exists.
    ///   - time: seconds since 1970; a part of the file's name.
    init(folder: FilePath, time: Double) throws(TrainingError) {
        // Two parts of a training may begin within a second of each other.
        let process = ProcessInfo.processInfo.processIdentifier
        file = try AppendingFile(path: folder.appending("events.out.tfevents.\(Int(time)).ds.\(process)"), isNew: true)
        var event: [UInt8] = []
        Self.append(double: time, field: 1, to: &event)
        Self.append(bytes: Array("brain.Event:2".utf8), field: 3, to: &event)
        try file.append(Self.record(event))
    }

    func write(_ scalars: [(tag: String, value: Double)], step: Int, time: Double) throws(TrainingError) {
        try file.append(Self.record(Self.event(scalars, step: step, time: time)))
    }

    static func event(_ scalars: [(tag: String, value: Double)], step: Int, time: Double) -> [UInt8] {
        var summary: [UInt8] = []
        for (tag, value) in scalars {
            var entry: [UInt8] = []
            append(bytes: Array(tag.utf8), field: 1, to: &entry)
            append(tag: 2, wireType: 5, to: &entry)
            append(littleEndian: Float(value).bitPattern, to: &entry)
            append(bytes: entry, field: 1, to: &summary)
        }
        var event: [UInt8] = []
        append(double: time, field: 1, to: &event)
        append(tag: 2, wireType: 0, to: &event)
        append(varint: UInt64(step), to: &event)
        append(bytes: summary, field: 5, to: &event)
        return event
    }

    /// Length, its checksum, the data, its checksum.
    static func record(_ data: [UInt8]) -> [UInt8] {
        var length: [UInt8] = []
        append(littleEndian: UInt64(data.count), to: &length)
        var record = length
        append(littleEndian: MaskedCRC.masked(length), to: &record)
        record += data
        append(littleEndian: MaskedCRC.masked(data), to: &record)
        return record
    }

    private static func append(littleEndian value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    private static func append(varint value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func append(tag field: UInt64, wireType: UInt64, to bytes: inout [UInt8]) {
        append(varint: field << 3 | wireType, to: &bytes)
    }

    private static func append(double value: Double, field: UInt64, to bytes: inout [UInt8]) {
        append(tag: field, wireType: 1, to: &bytes)
        append(littleEndian: value.bitPattern, to: &bytes)
    }

    private static func append(bytes value: [UInt8], field: UInt64, to bytes: inout [UInt8]) {
        append(tag: field, wireType: 2, to: &bytes)
        append(varint: UInt64(value.count), to: &bytes)
        bytes += value
    }
}
