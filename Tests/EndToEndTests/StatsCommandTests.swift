import DatasetFormats
import Testing

/// `ds stats`: how long rows are, and what a training makes of them.
@Suite struct StatsCommandTests {
    @Test("The same counts as the training's own")
    func agreesWithTraining() throws {
        let place = try TinyTraining.workplace()
        let stats = try place.program.run("stats", "identity_fofabot", "--model", "tiny", "--json").object()
        let training = try place.program.run(
            TinyTraining.arguments(out: "runs/a") + ["--num-train-epochs", "1", "--json"])
        let trained = try training.object()
        #expect(stats["rows"] == trained["rows"])
        #expect(stats["tokens"] == trained["tokens"])
        let buckets = try #require(stats["histogram"]?.arrayValue).compactMap { $0.objectValue?["count"]?.intValue }
        #expect(buckets.reduce(0, +) == stats["rows"]?.intValue)
        let fill = try #require(stats["packing"]?.objectValue?["fill"]?.doubleValue)
        #expect(fill > 0.5 && fill <= 1)
    }

    @Test("Rows over the cutoff and skipped rows are counted, with reasons; --strict allows none")
    func cutAndSkipped() throws {
        let place = try TinyTraining.workplace()
        try place.write(
            """
            {"conversations":[{"from":"human","value":"hi"},{"from":"gpt","value":"a long enough answer"}]}
            {"conversations":[{"from":"human","value":"hi"}]}
            {"conversations":[{"from":"gpt","value":"hi"},{"from":"human","value":"x"}]}
            {"conversations":[{"from":"human","value":"only that"}]}

            """, to: "chat.jsonl")
        try place.program.run("add", "chat.jsonl")
        let outcome = try place.program.run("stats", "chat", "--cutoff-len", "30")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("rows     4, 3 skipped"), "\(outcome.output)")
        #expect(outcome.output.contains("30: 1 over it"))
        #expect(outcome.output.contains("skipped 2 rows, no whole turns; the first: chat: row 1"))
        #expect(outcome.output.contains("skipped 1 row, roles out of turn; the first: chat: row 2"))
        #expect(outcome.output.contains("█"))
        let strict = try place.program.run("stats", "chat", "--strict")
        #expect(strict.status == 3)
        #expect(strict.errors.contains("3 rows cannot be learnt from"))
        let training = try place.program.run(
            "train", "--model", "tiny", "--dataset", "chat", "--out", "runs/x", "--strict")
        #expect(training.status == 3)
        #expect(training.errors.contains("3 rows cannot be learnt from"))
    }

    @Test("num_samples draws more rows than there are, and a number that is none is refused")
    func samples() throws {
        let place = try TinyTraining.workplace()
        try place.write(#"{"instruction":"a","output":"b"}"#, to: "data/one.jsonl")
        try place.write(#"{"one":{"file_name":"one.jsonl","num_samples":5}}"#, to: "data/dataset_info.json")
        let added = try place.program.run("add", "--from", "data")
        #expect(added.status == 0 && !added.errors.contains("num_samples"), "\(added.errors)")
        #expect(try place.program.run("stats", "one", "--json").object()["rows"] == .int(5))
        #expect(try place.program.run("stats", "one", "--max-samples", "2", "--json").object()["rows"] == .int(2))
        try place.write(#"{"one":{"file_name":"one.jsonl","num_samples":0}}"#, to: "data/dataset_info.json")
        let refused = try place.program.run("add", "--from", "data")
        #expect(refused.status != 0)
        #expect(refused.errors.contains("one.num_samples"))
    }
}
