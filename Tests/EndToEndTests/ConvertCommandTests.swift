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
