import Foundation
import Testing

@Suite struct ConvertCommandTests {
    @Test("Rows go through every format and come back", arguments: ["parquet", "arrow", "arrows", "json"])
    func thereAndBack(ending: String) throws {
        let place = try Workplace(hasStore: false)
        let rows = #"{"a":1,"b":["x",null],"c":{"d":0.5}}"# + "\n" + #"{"a":null,"b":[],"c":{"d":null}}"# + "\n"
        try place.write(rows, to: "rows.jsonl")
        let outcome = try place.program.run("convert", "rows.jsonl", "rows.\(ending)")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try place.program.run("convert", "rows.\(ending)", "-", "--to", "jsonl").output == rows)
    }

    @Test(
        "What cannot be written leaves no file behind, and says which rows",
        arguments: [
            (#"{"a":1}"# + "\n" + #"{"a":"x"}"#, "rows.parquet", "in row 0 and a string in row 1"),
            (#"{"a":{}}"#, "rows.parquet", "no fields"),
            (#"{"a":18446744073709551616}"#, "rows.arrow", "18446744073709551616"),
        ])
    func badRows(rows: String, target: String, message: String) throws {
        let place = try Workplace(hasStore: false)
        try place.write(rows, to: "rows.jsonl")
        let outcome = try place.program.run("convert", "rows.jsonl", target)
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.folder.path) == ["rows.jsonl"])
    }

    @Test(
        "A tar of samples holds a file for each row, and gives back the rows", arguments: ["rows.tar", "rows.tar.gz"])
    func samples(target: String) throws {
        let place = try Workplace()
        let rows = #"{"instruction":"a","output":"b"}"# + "\n" + #"{"instruction":"c","output":"d","n":1.0}"# + "\n"
        try place.write(rows, to: "rows.jsonl")
        #expect(try place.program.run("convert", "rows.jsonl", target).status == 0)
        #expect(try place.program.run("convert", target, "-", "--to", "jsonl").output == rows)
        #expect(try place.program.run("add", target, "--name", "rows").status == 0)
        #expect(try place.program.run("export", "rows", "again.jsonl").status == 0)
        #expect(try String(contentsOf: place.url("again.jsonl"), encoding: .utf8) == rows)
        #expect(try place.program.run("export", "rows", "copy.\(target)").status == 0)
        #expect(try Data(contentsOf: place.url("copy.\(target)")) == Data(contentsOf: place.url(target)))
        #expect(try place.program.run("convert", "rows.jsonl", "rows.jsonl.tar").status == 2)
        #expect(try place.program.run("convert", "rows.jsonl", "rows.zip", "--to", "webdataset").status == 2)
    }

    @Test("What a table's columns hold is found where somebody asks for it")
    func tableTypes() throws {
        let place = try Workplace()
        try place.write("n,code\n1,007\n2.5,010\n,x\n", to: "t.csv")
        #expect(
            try place.program.run("convert", "t.csv", "-", "--to", "jsonl", "--types", "inferred").output
                == #"{"n":1,"code":"007"}"# + "\n" + #"{"n":2.5,"code":"010"}"# + "\n" + #"{"n":null,"code":"x"}"#
                + "\n")
        #expect(try place.program.run("add", "t.csv", "--types", "inferred").status == 0)
        #expect(try place.program.run("export", "t", "-", "--as", "jsonl").output.hasPrefix(#"{"n":1,"code":"007"}"#))
        #expect(try place.program.run("export", "t", "again.csv").status == 0)
        #expect(try Data(contentsOf: place.url("again.csv")) == Data(contentsOf: place.url("t.csv")))
    }

    @Test("How hard a compression tries can be said, to convert and to export")
    func compressionLevels() throws {
        let place = try Workplace()
        let words = ["loss", "gradient", "layer", "token", "of", "the", "a", "norm"]
        var state: UInt64 = 1
        let rows = (0..<2000).map { index in
            let text = (0..<20).map { _ in
                // Knuth's numbers, so that the words are in no order that a low level finds as well.
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return words[Int(state >> 33) % words.count]
            }
            return #"{"instruction":"\#(text.joined(separator: " "))","output":"\#(index)"}"# + "\n"
        }.joined()
        try place.write(rows, to: "rows.jsonl")
        #expect(try place.program.run("add", "rows.jsonl").status == 0)
        func size(_ arguments: String...) throws -> Int {
            let outcome = try place.program.run(arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try place.program.run("convert", arguments[2], "-", "--to", "jsonl").output == rows)
            return try Data(contentsOf: place.url(arguments[2])).count
        }
        for (command, source) in [("convert", "rows.jsonl"), ("export", "rows")] {
            let low = try size(command, source, "\(command)-1.parquet", "--compression-level", "1")
            let high = try size(command, source, "\(command)-19.parquet", "--compression-level", "19")
            #expect(high < low, "\(command)")
            let gzip = try size(command, source, "\(command)-1.pq", "--compression", "gzip", "--compression-level", "1")
            let more = try size(command, source, "\(command)-9.pq", "--compression", "gzip", "--compression-level", "9")
            #expect(more < gzip, "\(command)")
            for (target, options, message) in [
                ("new.parquet", ["--compression-level", "23"], "choose one of 1 to 22"),
                ("new.parquet", ["--compression-level", "0"], "choose one of 1 to 22"),
                ("new.parquet", ["--compression", "gzip", "--compression-level", "10"], "choose one of 1 to 9"),
                ("new.parquet", ["--compression", "snappy", "--compression-level", "1"], "snappy has no levels"),
                ("new.arrow", ["--compression-level", "1"], "none has no levels"),
                ("new.csv", ["--compression-level", "1"], "for parquet and arrow"),
                ("new.csv", ["--compression", "zstd"], "for parquet and arrow"),
            ] {
                let outcome = try place.program.run([command, source, target] + options)
                #expect(outcome.status == 2 && outcome.errors.contains(message), "\(options): \(outcome.errors)")
                #expect(!FileManager.default.fileExists(atPath: place.url(target).path))
            }
        }
        let outcome = try place.program.run("export", "rows", "copy.jsonl", "--compression", "zstd")
        #expect(outcome.status == 2 && outcome.errors.contains("the file that was added"), "\(outcome.errors)")
    }

    @Test("A file that becomes shorter while it is read is an error that names it, and no crash")
    func shortenedFile() throws {
        let place = try Workplace(hasStore: false)
        let row = #"{"text":"\#(String(repeating: "words ", count: 200))"}"# + "\n"
        try place.write(String(repeating: row, count: 20_000), to: "rows.jsonl")
        #expect(try place.program.run("convert", "rows.jsonl", "rows.arrow").status == 0)
        let process = place.program.process(["convert", "rows.arrow", "-", "--to", "jsonl"])
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // It has begun, and waits until somebody reads what it wrote.
        _ = try output.fileHandleForReading.read(upToCount: 1)
        truncate(place.url("rows.arrow").path, 0)
        _ = try output.fileHandleForReading.readToEnd()
        let message = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 4, "\(message)")
        #expect(message.contains("rows.arrow: became shorter while it was read"), "\(message)")
    }

    @Test("A file that is there is kept, and an unknown ending asks for --to")
    func refusals() throws {
        let place = try Workplace(hasStore: false)
        try place.write(#"{"a":1}"#, to: "rows.jsonl")
        try place.write("mine", to: "rows.parquet")
        #expect(try place.program.run("convert", "rows.jsonl", "rows.parquet").status == 2)
        #expect(try Data(contentsOf: place.url("rows.parquet")) == Data("mine".utf8))
        let outcome = try place.program.run("convert", "rows.jsonl", "rows.xyz")
        #expect(outcome.status == 2 && outcome.errors.contains("--to"), "\(outcome.errors)")
    }

    @Test("How much a packed file may grow can be said, and what grows more is refused with the option's name")
    func packedFilesAreLimited() throws {
        let place = try Workplace()
        // 18 MB, of which 16 are given without looking at the ratio.
        try place.write(
            String(repeating: #"{"instruction":"a","output":"b"}"# + "\n", count: 560_000), to: "rows.jsonl")
        #expect(try place.program.run("convert", "rows.jsonl", "rows.jsonl.gz").status == 0)
        for command in [["convert", "rows.jsonl.gz", "out.jsonl"], ["add", "rows.jsonl.gz", "--name", "rows"]] {
            for (option, value) in [("--max-unpacked-bytes", "1000000"), ("--max-unpacked-ratio", "10")] {
                let outcome = try place.program.run(command + [option, value])
                #expect(outcome.status == 3, "\(command)")
                #expect(outcome.errors.contains("or raise \(option)"), "\(outcome.errors)")
            }
            #expect(try place.program.run(command + ["--max-unpacked-bytes", "0"]).status == 2)
            #expect(
                try place.program.run(command + ["--max-unpacked-bytes", "20000000", "--max-unpacked-ratio", "1100"])
                    .status == 0, "\(command)")
        }
    }
}
