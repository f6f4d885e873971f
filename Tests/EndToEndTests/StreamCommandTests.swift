import DatasetFormats
import Foundation
import Testing

/// `ds stream`: the same order from any start, over any number of ranks and threads.
@Suite struct StreamCommandTests {
    private let place: Workplace
    private var ds: Program { place.program }
    private static let rowCount = 97

    init() throws {
        place = try Workplace()
        let rows = (0..<Self.rowCount).map { #"{"row":\#($0),"instruction":"q \#($0)","output":"a \#($0)"}"# }
        try place.write(rows.joined(separator: "\n") + "\n", to: "rows.jsonl")
        try place.program.run("add", "rows.jsonl")
        try place.program.run("model", "add", Program.fixture("tiny-chat.gguf").path, "--name", "tiny")
    }

    private func rows(_ arguments: String...) throws -> [Int] {
        let outcome = try ds.run(["stream", "rows"] + arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try outcome.output.split(separator: "\n").map {
            try JSONParser.parse(Array($0.utf8), source: "row").objectValue?["row"]?.intValue ?? -1
        }
    }

    @Test("An epoch is every row once, in an order that the seed alone decides")
    func orders() throws {
        let shuffled = try rows()
        #expect(shuffled.sorted() == Array(0..<Self.rowCount))
        #expect(shuffled != shuffled.sorted())
        for threads in ["1", "2", "4"] { #expect(try rows("--threads", threads, "--batch-size", "5") == shuffled) }
        #expect(try rows("--seed", "7") != shuffled)
        #expect(try rows("--order", "sequential") == Array(0..<Self.rowCount))
        #expect(try rows("--order", "blocks").sorted() == Array(0..<Self.rowCount))
        let two = try rows("--epochs", "2")
        #expect(Array(two.prefix(Self.rowCount)) == shuffled)
        #expect(Array(two.suffix(Self.rowCount)) != shuffled && Set(two.suffix(Self.rowCount)).count == Self.rowCount)
    }

    @Test("A stream goes on where it stopped, also over other ranks, with other batches and threads")
    func resuming() throws {
        let whole = try rows()
        let state = place.url("state.json").path
        let next = place.url("next.json").path
        for (world, threads) in [(1, "1"), (2, "2"), (3, "4"), (8, "1")] {
            let cut = 10 + world
            let first = try rows("--batch-size", "\(cut)", "--batches", "1", "--state", state)
            var shares: [[Int]] = []
            for rank in 0..<world {
                shares.append(
                    try rows(
                        "--resume", state, "--state", next, "--rank", "\(rank)", "--world", "\(world)", "--threads",
                        threads, "--batch-size", "24", "--batches", "1"))
            }
            let last = try rows("--resume", next, "--threads", threads)
            #expect(first + shares.flatMap { $0 } + last == whole, "\(world) ranks")
        }
    }

    @Test("Each rank has the same number of batches, and is told what comes twice or is left out")
    func ranks() throws {
        for (last, count) in [("pad", 100), ("drop", 90)] {
            var all: [Int] = []
            for rank in 0..<3 {
                let outcome = try ds.run(
                    "stream", "rows", "--rank", "\(rank)", "--world", "3", "--batch-size", "10", "--last", last,
                    "--by-batch")
                let batches = outcome.output.split(separator: "\n")
                #expect(batches.count == count / 10)
                #expect(outcome.errors.contains(last == "pad" ? "3 items" : "7 items"), "\(outcome.errors)")
                for batch in batches {
                    let object = try JSONParser.parse(Array(batch.utf8), source: "batch").objectValue
                    let items = object?["items"]?.arrayValue ?? []
                    all += items.compactMap { $0.objectValue?["row"]?.intValue }
                }
            }
            #expect(all.count == count)
            #expect(Set(all).count == (last == "pad" ? Self.rowCount : 90))
        }
    }

    @Test("A state is refused where it is another stream's")
    func otherStates() throws {
        let state = place.url("state.json").path
        _ = try rows("--batches", "1", "--batch-size", "4", "--state", state)
        #expect(try ds.run("stream", "rows", "--resume", state, "--order", "sequential").status == 2)
        #expect(try ds.run("stream", "rows", "--resume", state, "--seed", "1").status == 2)
        #expect(try ds.run("stream", "rows", "--resume", "nowhere.json").status == 2)
        try place.write("{}", to: "empty.json")
        #expect(try ds.run("stream", "rows", "--resume", "empty.json").status == 2)
        try place.write("not JSON", to: "text.json")
        #expect(try ds.run("stream", "rows", "--resume", "text.json").status == 3)
    }

    @Test("The two sides of a split are all rows, and a row keeps its side when others are added")
    func splits() throws {
        let train = try rows("--val-size", "0.3")
        let evaluation = try rows("--val-size", "0.3", "--split", "evaluation")
        #expect(Set(train).union(evaluation) == Set(0..<Self.rowCount))
        #expect(Set(train).isDisjoint(with: evaluation) && !evaluation.isEmpty && evaluation.count < 60)
        let more = (0..<Self.rowCount + 40).map { #"{"row":\#($0),"instruction":"q \#($0)","output":"a \#($0)"}"# }
        try place.write(more.reversed().joined(separator: "\n") + "\n", to: "rows.jsonl")
        try ds.run("add", "rows.jsonl")
        let later = try rows("--val-size", "0.3", "--split", "evaluation")
        #expect(Set(later.filter { $0 < Self.rowCount }) == Set(evaluation))
    }

    @Test("Data sets are mixed by weight")
    func mixing() throws {
        try place.write(
            (0..<50).map { #"{"row":\#($0 + 1000),"instruction":"q","output":"b"}"# }.joined(separator: "\n"),
            to: "more.jsonl")
        try ds.run("add", "more.jsonl")
        func mixed(_ arguments: String...) throws -> [Int] {
            try ds.run(["stream", "rows,more"] + arguments).output.split(separator: "\n").map {
                try JSONParser.parse(Array($0.utf8), source: "row").objectValue?["row"]?.intValue ?? -1
            }
        }
        #expect(try Set(mixed()) == Set(0..<Self.rowCount).union(1000..<1050))
        let under = try mixed("--mix-strategy", "interleave_under", "--interleave-probs", "0.5,0.5")
        #expect(under.count { $0 >= 1000 } == 50 || under.count { $0 >= 1000 } == 49)
        #expect((98...101).contains(under.count))
        let once = try mixed("--mix-strategy", "interleave_once")
        #expect(once.count == 147 && Set(once).count == 147)
        #expect(
            try ds.run("stream", "rows,more", "--mix-strategy", "interleave_over", "--interleave-probs", "1").status
                == 2)
    }

    @Test("Tokens are those of ds preview, kept or not, and packed sequences hold them all")
    func tokens() throws {
        func items(_ arguments: String...) throws -> [JSONObject] {
            let outcome = try ds.run(["stream", "rows", "--as", "tokens", "--model", "tiny"] + arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try outcome.output.split(separator: "\n").compactMap {
                try JSONParser.parse(Array($0.utf8), source: "item").objectValue
            }
        }
        let kept = try items("--threads", "2")
        #expect(kept.count == Self.rowCount)
        #expect(try items("--no-cache") == kept)
        func ids(_ item: JSONObject) -> [Int] { (item["input_ids"]?.arrayValue ?? []).compactMap(\.intValue) }
        let packed = try items("--packing", "--cutoff-len", "256")
        #expect(packed.count < Self.rowCount)
        var examples: [[Int]] = []
        for item in packed {
            var rest = ids(item)[...]
            #expect(rest.count <= 256)
            for length in (item["lengths"]?.arrayValue ?? []).compactMap(\.intValue) {
                examples.append(Array(rest.prefix(length)))
                rest = rest.dropFirst(length)
            }
            #expect(rest.isEmpty)
        }
        #expect(Set(examples) == Set(kept.map(ids)) && examples.count == Self.rowCount)
        // The second time they are there.
        #expect(try ds.run("tokenize", "rows", "--model", "tiny", "--json").object()["is_new"] == .bool(false))
        #expect(try ds.run("verify").status == 0)
    }

    @Test("An Arrow stream has the same items")
    func arrow() throws {
        let file = place.url("rows.arrows")
        let process = ds.process(["stream", "rows", "--format", "arrow", "--batch-size", "10"])
        try Data().write(to: file)
        process.standardOutput = try FileHandle(forWritingTo: file)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let converted = try ds.run("convert", file.path, "out.jsonl")
        #expect(converted.status == 0, "\(converted.errors)")
        let text = try String(contentsOf: place.url("out.jsonl"), encoding: .utf8)
        let found = try text.split(separator: "\n").map {
            try JSONParser.parse(Array($0.utf8), source: "row").objectValue?["row"]?.intValue ?? -1
        }
        #expect(try found == rows())
    }

    @Test("A flipped byte stops the stream, and names the shard and its rows")
    func damage() throws {
        let shard = try #require(
            try Workplace.files(in: place.objects).first { $0.value.starts(with: Array("{\"row\"".utf8)) })
        let path = place.objects.appendingPathComponent(shard.key)
        var bytes = shard.value
        bytes[bytes.count / 2] ^= 1
        try FileManager.default.removeItem(at: path)
        try bytes.write(to: path)
        let outcome = try ds.run("stream", "rows")
        #expect(outcome.status == 4 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("shard 0, rows 0 to 96"), "\(outcome.errors)")
    }

    @Test("Damaged tokens stop the stream, and are made again when asked for")
    func damagedTokens() throws {
        let before = try Set(Workplace.files(in: place.objects).keys)
        #expect(try ds.run("tokenize", "rows", "--model", "tiny").status == 0)
        let made = try Workplace.files(in: place.objects).first {
            !before.contains($0.key) && $0.value.starts(with: Array("dstokens".utf8))
        }
        let shard = try #require(made)
        let path = place.objects.appendingPathComponent(shard.key)
        var bytes = shard.value
        bytes[bytes.count / 2] ^= 1
        try FileManager.default.removeItem(at: path)
        try bytes.write(to: path)
        let outcome = try ds.run("stream", "rows", "--as", "tokens", "--model", "tiny")
        #expect(outcome.status == 4 && outcome.output.isEmpty)
        #expect(outcome.errors.contains("shard 0, rows 0 to 96"), "\(outcome.errors)")
        #expect(try ds.run("tokenize", "rows", "--model", "tiny", "--again").status == 0)
        #expect(try ds.run("verify").status == 0)
        #expect(try Data(contentsOf: path) == shard.value)
    }

    @Test("A reader that has enough ends the stream without a word")
    func closedPipe() throws {
        let process = ds.process(["stream", "rows", "--epochs", "0"])
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        _ = output.fileHandleForReading.readData(ofLength: 100)
        try output.fileHandleForReading.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
    }
}
