import CProcess
import DatasetFormats
import Foundation
import SystemPackage

/// A training's place in the store: what was asked for, and what its process writes.
///
///     web/jobs/NAME/job.json   what was asked for, and which process does it
///     web/jobs/NAME/lock       held by the process as long as it lives
///     web/jobs/NAME/log.txt    what it prints
///     web/runs/NAME/           the adapter, its metrics and checkpoints
struct TrainingRun: Sendable {
    enum State: String, Sendable {
        case queued
        case running
        case done
        /// It can go on from a checkpoint.
        case stopped
        case failed
    }

    let name: String
    let place: FilePath
    let output: FilePath
    var job: JSONObject

    init(name: String, folder: FilePath, job: JSONObject) {
        self.name = name
        place = folder.appending("jobs").appending(name)
        output = folder.appending("runs").appending(name)
        self.job = job
    }

    /// nil where there is none of that name, or it cannot be read.
    init?(named name: String, in folder: FilePath) {
        self.init(name: name, folder: folder, job: [:])
        guard let file = try? OpenFile(place.appending("job.json"), .readOnly),
            let bytes = try? file.read(from: 0, count: 1 << 20),
            let object = try? JSONParser.parse(bytes, source: name).objectValue
        else { return nil }
        job = object
    }

    func save() throws {
        do {
            try FileManager.default.createDirectory(atPath: place.string, withIntermediateDirectories: true)
            try Data(JSONWriter.bytes(.object(job), style: .pretty)).write(
                to: URL(fileURLWithPath: place.appending("job.json").string), options: .atomic)
        } catch {
            throw WebServerError.unreadable(path: place, .ioError)
        }
    }

    var isQueued: Bool { job["queued"]?.boolValue == true }
    var created: Int { job["created"]?.intValue ?? 0 }
    var processID: Int32? { job["pid"]?.intValue.flatMap { Int32(exactly: $0) } }

    /// The lock, taken; nil where the process lives.
    func takeLock() throws -> OpenFile? {
        let file = try OpenFile(place.appending("lock"), .readWrite, options: [.create])
        return ds_lock(file.descriptor.rawValue) ? file : nil
    }

    var state: State {
        if isQueued { return .queued }
        guard let lock = try? takeLock() else { return .running }
        withExtendedLifetime(lock) {}
        if FileManager.default.fileExists(atPath: output.appending("run.json").string) { return .done }
        return hasCheckpoint ? .stopped : .failed
    }

    private var hasCheckpoint: Bool {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: output.string)) ?? []
        return names.contains { $0.hasPrefix("checkpoint-") }
    }

    static let logTail = 8192

    /// The end of what it printed.
    var log: String {
        guard let file = try? OpenFile(place.appending("log.txt"), .readOnly) else { return "" }
        let size = file.size
        let bytes = (try? file.read(from: max(0, size - Int64(Self.logTail)), count: Self.logTail)) ?? []
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whole lines of its metrics from a place on, and where they end.
    func metrics(from offset: Int64) -> (lines: [JSONValue], end: Int64) {
        guard let file = try? OpenFile(output.appending("metrics.jsonl"), .readOnly) else { return ([], 0) }
        // A training that goes on from a checkpoint writes the file anew.
        let offset = offset > file.size ? 0 : offset
        guard let bytes = try? file.read(from: offset, count: 4 << 20), let last = bytes.lastIndex(of: 0x0A) else {
            return ([], offset)
        }
        let lines = bytes[..<last].split(separator: 0x0A).compactMap {
            try? JSONParser.parse(Array($0), source: "metrics.jsonl")
        }
        return (lines, offset + Int64(last) + 1)
    }

    /// The newest of its metrics, or nil.
    private var lastMetrics: JSONValue? {
        guard let file = try? OpenFile(output.appending("metrics.jsonl"), .readOnly) else { return nil }
        let start = max(0, file.size - 4096)
        guard let bytes = try? file.read(from: start, count: 4096), let end = bytes.lastIndex(of: 0x0A) else {
            return nil
        }
        let line = bytes[..<end].split(separator: 0x0A).last.map { Array($0) } ?? []
        return try? JSONParser.parse(line, source: "metrics.jsonl")
    }

    var json: JSONObject {
        var object = job
        object["pid"] = nil
        object["queued"] = nil
        object["name"] = .string(name)
        object["state"] = .string(state.rawValue)
        object["output"] = .string(output.string)
        object["last"] = lastMetrics
        return object
    }
}
