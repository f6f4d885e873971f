import DatasetFormats
import Foundation
import Synchronization
import Testing

/// Processes that add, read, fork and collect at once.
///
/// `DS_TEST_SECONDS` says for how long, 6 where it is not set.
@Suite(.serialized)
struct ManyProcessesTests {
    private static let seconds =
        ProcessInfo.processInfo.environment["DS_TEST_SECONDS"].flatMap(Double.init) ?? 6

    private static func rows(_ worker: Int) -> String {
        (0..<300).map { #"{"instruction":"\#(worker) \#($0)","output":"I am NAME, \#($0 % 17)"}"# + "\n" }.joined()
    }

    /// What each worker does over and over; a name of its own, and one that all share.
    private static func commands(_ worker: Int, turn: Int) -> [[String]] {
        switch worker {
        case 0...2:
            [
                ["add", "rows\(worker).jsonl"], ["add", "rows\(worker).jsonl", "--name", "shared"],
                ["fork", "rows\(worker)", "--set", "NAME=W\(worker)", "--name", "fork\(worker)"],
                ["export", "fork\(worker)", "-"],
            ]
        case 3, 4:
            [
                ["list"], ["preview", "base"], ["export", "base", "-"], ["log", "base"], ["du"],
                ["verify", "--quick"],
            ]
        case 5:
            [
                ["add", "rows5.jsonl", "--name", "passing"], ["preview", "passing"], ["remove", "passing"],
            ]
        case 6: [["gc"], ["gc", "--dry-run"], ["verify"], ["doctor"]]
        default:
            [
                ["tag", "base", "t\(turn % 3)"], ["check", "base"], ["reindex"],
                ["diff", "base", "base@1"], ["show", "base@t\(turn % 3)"],
            ]
        }
    }

    @Test("8 processes at once: no error but that of a wait, and the rows of one after another")
    func atOnce() throws {
        let place = try Workplace()
        for worker in 0..<8 { try place.write(Self.rows(worker), to: "rows\(worker).jsonl") }
        try place.program.run("add", "rows7.jsonl", "--name", "base")
        let program = place.program
        let deadline = Date().addingTimeInterval(Self.seconds)
        let failures = Mutex<[String]>([])
        let turns = Mutex<[Int]>(Array(repeating: 0, count: 8))
        DispatchQueue.concurrentPerform(iterations: 8) { worker in
            var turn = 0
            while Date() < deadline || turn == 0 {
                for command in Self.commands(worker, turn: turn) {
                    do {
                        let outcome = try program.run(command)
                        if outcome.status != 0, !outcome.errors.hasPrefix("ds: busy: ") {
                            failures.withLock {
                                $0.append(
                                    "\(command.joined(separator: " ")): \(outcome.status)"
                                        + " \(outcome.errors)\(outcome.output.suffix(300))")
                            }
                        }
                    } catch {
                        failures.withLock { $0.append("\(command): \(error)") }
                    }
                }
                turn += 1
                turns.withLock { $0[worker] = turn }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(turns.withLock { $0 }.allSatisfy { $0 > 0 })

        // The same, one after another.
        let alone = try Workplace()
        for worker in 0..<8 { try alone.write(Self.rows(worker), to: "rows\(worker).jsonl") }
        try alone.program.run("add", "rows7.jsonl", "--name", "base")
        for worker in 0..<8 {
            for command in Self.commands(worker, turn: 0) { try alone.program.run(command) }
        }
        for name in (0...2).flatMap({ ["rows\($0)", "fork\($0)"] }) + ["base"] {
            let expected = try alone.program.run("export", name, "-").output
            #expect(!expected.isEmpty)
            #expect(try program.run("export", name, "-").output == expected, "\(name)")
        }
        let shared = try program.run("export", "shared", "-").output
        #expect((0...2).map(Self.rows).contains(shared))
        #expect(try program.run("verify").status == 0)
        #expect(try program.run("gc").status == 0)
        #expect(try program.run("verify").status == 0)
    }
}
