import DatasetFormats
import Foundation
import Testing

/// kill -9 at any moment leaves the store as it was, or as it will be.
@Suite(.serialized)
struct KillTests {
    @Test("kill -9 during add, at many moments")
    func duringAdd() throws {
        let place = try Workplace()
        let ds = place.program
        try ds.run("add", "identity")
        let before = try place.contents()
        var random = SystemRandomNumberGenerator()
        var lines = ""
        for index in 0..<60_000 {
            lines +=
                #"{"instruction":"question \#(index)","input":"","output":"\#(UInt64.random(in: 0 ... .max, using: &random)) and more words to make it longer"}"#
                + "\n"
        }
        try place.write(lines, to: "big.jsonl")
        let reference = try Workplace()
        let start = Date()
        try reference.program.run("add", place.url("big.jsonl").path)
        let duration = Date().timeIntervalSince(start)
        let after = try reference.contents().filter { $0.key.hasPrefix("objects/") }

        var outcomes: Set<Bool> = []
        let moments = 24
        for moment in 0..<moments {
            let process = ds.process(["add", "big.jsonl"])
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            Thread.sleep(forTimeInterval: duration * Double(moment) / Double(moments - 4))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let list = try ds.run("list", "--json")
            #expect(list.status == 0, "\(list.errors)")
            let names = try list.json().arrayValue?.compactMap { $0.objectValue?["name"]?.stringValue } ?? []
            #expect(try ds.run("verify").status == 0)
            #expect(try ds.run("preview", "identity").status == 0)
            let isThere = names.contains("big")
            outcomes.insert(isThere)
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.url(".ds/tmp").path).isEmpty)
            if isThere {
                #expect(try ds.run("show", "big", "--json").object()["rows"] == .int(60_000))
                try ds.run("remove", "big")
            }
            // Objects may have been put in place before the name was: whole ones, never others.
            for (path, bytes) in try place.contents() where path.hasPrefix("objects/") {
                #expect(before[path] == bytes || after[path] == bytes, "\(path) is half-made")
            }
        }
        #expect(try ds.run("add", "big.jsonl").status == 0)
        #expect(try ds.run("verify").status == 0)
        #expect(outcomes.contains(false), "no moment was early enough to interrupt anything")
    }

    @Test("Ctrl-C during add changes nothing")
    func interruption() throws {
        let place = try Workplace()
        let before = try place.contents()
        // The program goes away while it is written to, which must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        // It never ends by itself: the pipe stays open.
        let pipe = Pipe()
        let process = place.program.process(["add", "/dev/stdin", "--name", "endless"])
        process.standardInput = pipe
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let row = Data((#"{"instruction":"\#(String(repeating: "x", count: 1000))","output":"y"}"# + "\n").utf8)
        for _ in 0..<3000 { try pipe.fileHandleForWriting.write(contentsOf: row) }
        process.interrupt()
        for _ in 0..<3000 where process.isRunning { try? pipe.fileHandleForWriting.write(contentsOf: row) }
        process.waitUntilExit()
        #expect(process.terminationReason == .exit)
        #expect(process.terminationStatus == 130)
        #expect(try place.contents() == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.url(".ds/tmp").path).isEmpty)
    }
}
