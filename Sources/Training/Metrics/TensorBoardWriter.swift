import Foundation
import SystemPackage

/// Writes scalars as TensorBoard's event files have them: TFRecords of `Event` messages in protocol-buffer encoding
/// (tensorflow/core/util/event.proto, summary.proto; tensorflow/core/lib/io/record_writer).
final class TensorBoardWriter {
    private let file: AppendingFile
    /// The event that is under way, and the record of it; memory that is kept.
    private var event: [UInt8] = []
    private var record: [UInt8] = []

    /// Begins a new event file.
    ///
    /// - Parameters:
    ///   - folder: exists.
    ///   - time: seconds since 1970; a part of the file's name.
    init(folder: FilePath, time: Double) throws(TrainingError) {
        // Two parts of a training may begin within a second of each other.
        let process = ProcessInfo.processInfo.processIdentifier
        file = try AppendingFile(path: folder.appending("events.out.tfevents.\(Int(time)).ds.\(process)"), isNew: true)
        event.appendField(1, double: time)
        event.appendField(3, text: "brain.Event:2")
        try append()
    }

    func write(_ scalars: [(tag: String, value: Double)], step: Int, time: Double) throws(TrainingError) {
        begin(step: step, time: time, summarySize: scalars.reduce(0) { $0 + Tag(name: $1.tag).sizeOfScalar })
        for (tag, value) in scalars { addScalar(Tag(name: tag), value) }
        try append()
    }

    /// The figures of a step, under tags that do not change.
    func write(_ record: StepRecord, time: Double) throws(TrainingError) {
        var size = 0
        Self.forEachScalar(of: record) { tag, _ in size += tag.sizeOfScalar }
        begin(step: record.step, time: time, summarySize: size)
        Self.forEachScalar(of: record) { tag, value in addScalar(tag, value) }
        try append()
    }

    private static func forEachScalar(of record: StepRecord, _ body: (_ tag: Tag, _ value: Double) -> Void) {
        func tell(_ name: String, _ value: Double) { body(Tag(group: "train/", name: name), value) }
        tell("loss", record.loss)
        tell("grad_norm", record.gradientNorm)
        tell("learning_rate", record.learningRate)
        tell("epoch", record.epoch)
        tell("tokens_per_second", record.tokensPerSecond)
        for measure in record.measures { if let mean = measure.mean { tell(measure.name, mean) } }
    }

    /// What a value is called: two parts, of which no string has to be made.
    private struct Tag {
        var group = ""
        let name: String

        var byteCount: Int { group.utf8.count + name.utf8.count }

        /// Bytes of a value's message.
        var sizeOfValue: Int { 1 + TensorBoardWriter.size(ofVarint: byteCount) + byteCount + 1 + 4 }

        /// Bytes of the field that holds it.
        var sizeOfScalar: Int { 1 + TensorBoardWriter.size(ofVarint: sizeOfValue) + sizeOfValue }
    }

    private func begin(step: Int, time: Double, summarySize: Int) {
        event.removeAll(keepingCapacity: true)
        event.appendField(1, double: time)
        event.appendKey(2, .varint)
        event.append(varint: UInt64(step))
        event.appendKey(5, .bytes)
        event.append(varint: UInt64(summarySize))
    }

    /// A value of a summary: its tag and a `simple_value`.
    private func addScalar(_ tag: Tag, _ value: Double) {
        event.appendKey(1, .bytes)
        event.append(varint: UInt64(tag.sizeOfValue))
        event.appendKey(1, .bytes)
        event.append(varint: UInt64(tag.byteCount))
        event.append(contentsOf: tag.group.utf8)
        event.append(contentsOf: tag.name.utf8)
        event.appendKey(2, .fourBytes)
        event.append(littleEndian: Float(value).bitPattern)
    }

    private static func size(ofVarint value: Int) -> Int { (63 - (value | 1).leadingZeroBitCount) / 7 + 1 }

    private func append() throws(TrainingError) {
        Self.write(event, as: &record)
        try file.append(record)
    }

    /// Makes a record: length, its checksum, the data, its checksum.
    static func write(_ data: [UInt8], as record: inout [UInt8]) {
        record.removeAll(keepingCapacity: true)
        record.append(littleEndian: UInt64(data.count))
        record.append(littleEndian: MaskedCRC.masked(record))
        record.append(contentsOf: data)
        record.append(littleEndian: MaskedCRC.masked(data))
    }
}

/// The types that fields of a protocol buffer have on the wire.
private enum WireType: UInt64 {
    case varint = 0
    case eightBytes = 1
    case bytes = 2
    case fourBytes = 5
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    fileprivate mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    fileprivate mutating func appendKey(_ field: UInt64, _ type: WireType) {
        append(varint: field << 3 | type.rawValue)
    }

    fileprivate mutating func appendField(_ field: UInt64, double value: Double) {
        appendKey(field, .eightBytes)
        append(littleEndian: value.bitPattern)
    }

    fileprivate mutating func appendField(_ field: UInt64, text: String) {
        appendKey(field, .bytes)
        append(varint: UInt64(text.utf8.count))
        append(contentsOf: text.utf8)
    }
}
