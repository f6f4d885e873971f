import DatasetFormats
import Foundation
import Testing

/// kill -9 at moments spread over every command that writes: afterwards verify is clean, no name stands for nothing,
/// and the work can be done again.
///
/// `DS_TEST_KILLS` says at how many moments, 40 where it is not set.
@Suite(.serialized)
struct KillMomentsTests {
    private static let moments =
        ProcessInfo.processInfo.environment["DS_TEST_KILLS"].flatMap(Int.init) ?? 40

    /// A command, and what has to be done first so that it has work.
    private struct Work: Sendable {
        let name: String
        let preparation: [[String]]
        let command: [String]
        /// So many of these names are there before it and after it, and never another number.
        var together: (names: Set<String>, counts: Set<Int>) = ([], [0])
        /// A file that the command writes in the place of one that is there: always the one or the other, whole.
        var written: String?
    }

    private static let works: [Work] = [
        Work(name: "add", preparation: [["remove", "big"], ["gc"]], command: ["add", "big.jsonl"]),
        Work(
            name: "add several", preparation: [["remove", "a"], ["remove", "b"], ["remove", "big"], ["gc"]],
            command: ["add", "a.jsonl", "b.jsonl", "big.jsonl"], together: (["a", "b", "big"], [0, 3])),
        Work(
            name: "add a version", preparation: [["remove", "big"], ["gc"], ["add", "big.jsonl"]],
            command: ["add", "big2.jsonl", "--name", "big"], together: (["big"], [1])),
        Work(
            name: "gc of parts",
            preparation: [["add", "big.jsonl"], ["add", "big2.jsonl", "--name", "big"], ["remove", "big"]],
            command: ["gc"]),
        Work(
            name: "fork", preparation: [["add", "big.jsonl"], ["remove", "forked"], ["gc"], ["reindex"]],
            command: ["fork", "big", "--set", "NAME=Bot", "--name", "forked"]),
        Work(
            name: "gc", preparation: [["add", "big.jsonl", "a.jsonl", "b.jsonl"], ["remove", "big", "a", "b"]],
            command: ["gc"]),
        Work(name: "reindex", preparation: [["add", "big.jsonl"]], command: ["reindex"]),
        Work(
            name: "rename", preparation: [["add", "a.jsonl"], ["remove", "renamed"]],
            command: ["rename", "a", "renamed"], together: (["a", "renamed"], [1])),
        Work(
            name: "export", preparation: [["add", "big.jsonl"]],
            command: ["export", "big", "big-out.json", "--as", "json", "--force"]),
        Work(
            name: "convert", preparation: [["convert", "big.jsonl", "big.parquet", "--force"]],
            command: ["convert", "big.jsonl", "big.parquet", "--force"], written: "big.parquet"),
    ]

    @Test("kill -9 at many moments of add, fork, export, convert, gc, rename and reindex")
    func everyCommand() throws {
        let place = try Workplace()
        let ds = place.program
        for (name, count) in [("a", 3000), ("b", 200), ("big", 12_000)] {
            let text = (0..<count).map {
                #"{"instruction":"\#(name) \#($0)","input":"","output":"I am NAME \#($0 &* 7919 % 10_007), at your service"}"#
                    + "\n"
            }
            try place.write(text.joined(), to: "\(name).jsonl")
        }
        // All but a few rows are those of another, so that its shards are kept in parts.
        let big = String(decoding: try Data(contentsOf: place.url("big.jsonl")), as: UTF8.self)
        try place.write(big.replacing("big 77", with: "changed 77"), to: "big2.jsonl")
        try ds.run("add", "identity")
        var durations: [String: Double] = [:]
        for work in Self.works {
            for step in work.preparation { try ds.run(step) }
            let start = Date()
            #expect(try ds.run(work.command).status == 0, "\(work.name)")
            durations[work.name] = Date().timeIntervalSince(start)
        }
        var killed = 0
        for moment in 0..<Self.moments {
            let work = Self.works[moment % Self.works.count]
            for step in work.preparation { try ds.run(step) }
            let process = ds.process(work.command)
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            // Spread evenly, whatever the number of moments: the golden ratio's multiples.
            let share = (Double(moment) * 0.618_033_988_749_895).truncatingRemainder(dividingBy: 1)
            Thread.sleep(forTimeInterval: (durations[work.name] ?? 0) * share)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            if process.terminationReason == .uncaughtSignal { killed += 1 }
            let names = try expectWhole(place, "\(work.name), moment \(moment)")
            let together = names.filter(work.together.names.contains)
            #expect(work.together.counts.contains(together.count), "\(work.name), moment \(moment): \(together)")
            if let written = work.written { try expectWholeFile(place, written, "\(work.name), moment \(moment)") }
            for step in work.preparation { try ds.run(step) }
            let again = try ds.run(work.command)
            #expect(again.status == 0, "\(work.name) again, moment \(moment): \(again.errors)")
        }
        try expectWhole(place, "the end")
        #expect(killed > Self.moments / 4, "only \(killed) were killed while they worked")
    }

    /// The rows of a file are all there, and nothing else is left beside it under its name.
    private func expectWholeFile(_ place: Workplace, _ name: String, _ what: String) throws {
        let read = try place.program.run("convert", name, "-", "--to", "jsonl")
        #expect(read.status == 0, "\(what): \(read.errors)")
        #expect(read.output.utf8.count { $0 == 0x0A } == 12_000, "\(what)")
    }

    @discardableResult
    private func expectWhole(_ place: Workplace, _ what: String) throws -> [String] {
        let verified = try place.program.run("verify")
        #expect(verified.status == 0, "\(what): \(verified.output)\(verified.errors)")
        let list = try place.program.run("list", "--json")
        #expect(list.status == 0, "\(what): \(list.errors)")
        let names = try list.json().arrayValue?.compactMap { $0.objectValue?["name"]?.stringValue } ?? []
        #expect(names.contains("identity"), "\(what)")
        for name in names {
            let shown = try place.program.run("show", name)
            #expect(shown.status == 0, "\(what): \(shown.errors)")
        }
        #expect(try place.program.run("doctor").status == 0, "\(what)")
        return names
    }
}
