import DatasetFormats
import Foundation
import Testing

/// `ds convert` and `ds export`: rows go from any format to any other, packed or not, and come back as they were.
@Suite struct FormatRoundTripTests {
    private static let rows =
        [
            #"{"text":"one, two","note":"say \"hi\""}"#, #"{"text":"three\nlines","note":""}"#,
            #"{"text":"我是","note":"é"}"#,
        ].joined(separator: "\n") + "\n"

    @Test(
        "There and back gives the same rows",
        arguments: [
            ["rows.json"], ["rows.csv"], ["rows.tsv"], ["rows.arrow"], ["rows.arrows"], ["rows.parquet"],
            ["rows.jsonl.gz"], ["rows.csv.zst"], ["rows.tsv.xz"], ["rows.json.bz2"], ["rows.csv.zip"],
            ["rows.parquet", "rows.csv.gz", "rows.arrow", "rows.json.zip"],
        ])
    func thereAndBack(path: [String]) throws {
        let place = try Workplace()
        try place.write(Self.rows, to: "start.jsonl")
        var last = "start.jsonl"
        for file in path {
            let outcome = try place.program.run("convert", last, file)
            #expect(outcome.status == 0, "\(outcome.errors)")
            last = file
        }
        #expect(try place.program.run("convert", last, "-", "--to", "jsonl").output == Self.rows)
    }

    @Test("A data set is written in every format", arguments: ["csv", "parquet", "arrow", "json", "tsv"])
    func export(format: String) throws {
        let place = try Workplace()
        try place.write(Self.rows, to: "mine.jsonl")
        #expect(try place.program.run("add", "mine.jsonl").status == 0)
        let outcome = try place.program.run("export", "mine", "out.\(format)", "--as", format)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try place.program.run("convert", "out.\(format)", "-", "--to", "jsonl").output == Self.rows)
        #expect(try place.program.run("add", "out.\(format)", "--name", "again").status == 0)
        #expect(try place.program.run("export", "again", "-", "--as", "jsonl").output == Self.rows)
    }

    @Test("A text is a document a line, and what is none is refused by its row")
    func text() throws {
        let place = try Workplace()
        try place.write("{\"text\":\"one\"}\n{\"text\":\"two\"}\n", to: "texts.jsonl")
        #expect(try place.program.run("convert", "texts.jsonl", "texts.txt").status == 0)
        #expect(try place.program.run("convert", "texts.txt", "-", "--to", "text").output == "one\ntwo\n")
        try place.write(Self.rows, to: "rows.jsonl")
        let refused = try place.program.run("convert", "rows.jsonl", "rows.txt")
        #expect(refused.status != 0)
        #expect(refused.errors.contains("row 0"))
        #expect(!FileManager.default.fileExists(atPath: place.folder.appendingPathComponent("rows.txt").path))
    }
}
