import Foundation

/// What a lease's file says of its holder.
struct LeaseRecord: Codable, Hashable {
    /// The system that process numbers belong to: the host, its boot, and the process namespace.
    let host: String
    let process: Int32
    /// When the process began, in the system's own ticks: a number that is used again is another process.
    let processStart: String
    /// Seconds since 1970 when the holder last said that it is there.
    var heartbeat: Double
    var isReleased: Bool
    /// Tells holders in one process apart.
    let token: String

    /// A writer on another system that has been silent for so long is taken for dead.
    static let silenceLimit = 60.0

    static func mine() -> LeaseRecord {
        let process = ProcessInfo.processInfo.processIdentifier
        return LeaseRecord(
            host: thisHost, process: process, processStart: processStart(of: process) ?? "", heartbeat: now,
            isReleased: false, token: UUID().uuidString)
    }

    static var now: Double { Date().timeIntervalSince1970 }

    private static let thisHost: String = {
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        let space = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
        return [ProcessInfo.processInfo.hostName, boot.trimmingCharacters(in: .whitespacesAndNewlines), space]
            .joined(separator: " ")
    }()

    /// The start time in `/proc/PID/stat` (proc(5), field 22), or nil for a process that is gone or a zombie.
    private static func processStart(of process: Int32) -> String? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let nameEnd = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: nameEnd)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return String(fields[19])
    }

    /// Whether the holder is still there, as far as can be known from here.
    ///
    /// - Parameters:
    ///   - age: how long ago its file was written, by the clock of the file system: those of two hosts may differ.
    ///   - limit: how long a holder on another system may be silent.
    func isAlive(age: Double, limit: Double = silenceLimit) -> Bool {
        if isReleased { return false }
        if isHere { return Self.processStart(of: process) == processStart }
        return age < limit
    }

    /// Whether the holder's process can be asked for here.
    var isHere: Bool { host == Self.thisHost }

    var holder: String { "process \(process) on \(host.split(separator: " ").first ?? "another host")" }
}
