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
