import Foundation

/// How much memory this process may still take.
public enum MachineMemory {
    /// Bytes that can be had without others being pushed out: what the system calls available, and what the control
    /// groups that the process is in have left; nil where the system does not say.
    public static var available: Int? {
        #if os(Linux)
            let system = read("/proc/meminfo").flatMap(availableBytes(meminfo:))
            let groups = read("/proc/self/cgroup").map { leftInGroups($0, read: read) } ?? []
            return ([system].compactMap { $0 } + groups).min()
        #else
            return Int(exactly: ProcessInfo.processInfo.physicalMemory)
        #endif
    }

    private static func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    /// `MemAvailable` of `/proc/meminfo`.
    static func availableBytes(meminfo: String) -> Int? {
        for line in meminfo.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            let words = line.split(separator: " ")
            guard words.count >= 2 else { return nil }
            return Int(words[1]).map { $0 * 1024 }
        }
        return nil
    }

    /// What each control group of the process has left that has a limit, its file cache counted as left.
    ///
    /// - Parameters:
    ///   - list: the content of `/proc/self/cgroup`.
    ///   - read: reads a file, nil where there is none.
    static func leftInGroups(_ list: String, read: (String) -> String?) -> [Int] {
        var left: [Int] = []
        for line in list.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isUnified = parts[0] == "0" && parts[1].isEmpty
            guard isUnified || parts[1].split(separator: ",").contains("memory") else { continue }
            let root = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
            let names =
                isUnified ? ("memory.max", "memory.current") : ("memory.limit_in_bytes", "memory.usage_in_bytes")
            // A group has no more than the groups that it is in.
            var path = parts[2].split(separator: "/").map(String.init)
            while true {
                let folder = ([root] + path).joined(separator: "/")
                if let found = leftInGroup(folder, limit: names.0, usage: names.1, read: read) { left.append(found) }
                if path.isEmpty { break }
                path.removeLast()
            }
        }
        return left
    }

    private static func leftInGroup(
        _ folder: String, limit: String, usage: String, read: (String) -> String?
    ) -> Int? {
        func number(_ name: String) -> Int? {
            read("\(folder)/\(name)").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        // A group without a limit says max, or in the first version a number that no machine has.
        guard let limit = number(limit), limit < 1 << 60, let usage = number(usage) else { return nil }
        let cache =
            (read("\(folder)/memory.stat") ?? "").split(separator: "\n").lazy
            .compactMap { line -> Int? in
                let words = line.split(separator: " ")
                guard words.count == 2, words[0] == "inactive_file" || words[0] == "total_inactive_file" else {
                    return nil
                }
                return Int(words[1])
            }.first ?? 0
        return max(0, limit - usage + cache)
    }
}
