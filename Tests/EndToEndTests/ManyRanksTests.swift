import DatasetFormats
import Foundation
import Testing

/// Several processes under MPI: the same work as one, shared.
@Suite(
    .serialized,
    .enabled(if: ManyRanks.isAvailable, "there is no mpirun here; tools/test installs openmpi-bin and libopenmpi-dev"))
struct ManyRanksTests {
    private static let adapter = "adapter_model.safetensors"

    /// An adapter's numbers: what follows the header of a safetensors file, whose length is in its first eight bytes.
    private func numbers(_ url: URL) throws -> [Float] {
        let data = [UInt8](try Data(contentsOf: url))
        let header = data.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        return stride(from: 8 + header, to: data.count - 3, by: 4).map { place in
            Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(data[place + $1]) << UInt32(8 * $1) })
        }
    }

    private func train(_ place: Workplace, _ out: String, ranks: Int?, _ more: [String] = []) throws -> Program.Outcome
    {
        let arguments =
            TinyTraining.arguments(out: out) + ["--max-steps", "6", "--threads", "1", "--bf16", "false"] + more
        guard let ranks else { return try place.program.run(arguments) }
        return try ManyRanks.run(place, ranks: ranks, arguments)
    }

    @Test("Two and three ranks make one rank's adapter, to rounding, and only the first writes")
    func training() throws {
        let place = try TinyTraining.workplace()
        let alone = try train(place, "alone", ranks: nil)
        #expect(alone.status == 0, "\(alone.errors)")
        let wanted = try numbers(place.url("alone/\(Self.adapter)"))
        let size = wanted.map(abs).max() ?? 0
        for ranks in [2, 3] {
            let outcome = try train(place, "by\(ranks)", ranks: ranks)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.components(separatedBy: "done ").count == 2)
            let found = try numbers(place.url("by\(ranks)/\(Self.adapter)"))
            #expect(found.count == wanted.count)
            let distance = zip(found, wanted).map { abs($0 - $1) }.max() ?? .infinity
            #expect(distance < 0.01 * size, "\(ranks) ranks: \(distance) of \(size)")
            let lines = try String(contentsOf: place.url("by\(ranks)/metrics.jsonl"), encoding: .utf8)
            #expect(lines.split(separator: "\n").count == 6)
            // Nothing is left of what was kept in case a rank died.
            let names = try FileManager.default.contentsOfDirectory(atPath: place.url("by\(ranks)").path)
            #expect(!names.contains { $0.hasPrefix("checkpoint-") })
            // And the same number of ranks makes the same bytes.
            #expect(try train(place, "again\(ranks)", ranks: ranks).status == 0)
            #expect(
                try Data(contentsOf: place.url("again\(ranks)/\(Self.adapter)"))
                    == Data(contentsOf: place.url("by\(ranks)/\(Self.adapter)")))
        }
    }

    /// More numbers than are added up at a time. AdamW moves a number whose gradient is hardly there this way or that, so
    /// the model is compared as a whole: a number that missed a rank's part would be off by about a step of 2e-3.
    @Test("All weights are the same by two ranks, to rounding")
    func allWeights() throws {
        let place = try TinyTraining.workplace()
        let more = ["--finetuning-type", "full"]
        #expect(try train(place, "alone", ranks: nil, more).status == 0)
        let shared = try train(place, "shared", ranks: 2, more)
        #expect(shared.status == 0, "\(shared.errors)")
        let wanted = try numbers(place.url("alone/model.safetensors"))
        let found = try numbers(place.url("shared/model.safetensors"))
        #expect(wanted.count > 1 << 20 && found.count == wanted.count)
        // Of each of eight parts, so that none hides behind the others.
        let size = wanted.count / 8
        for start in stride(from: 0, to: size * 8, by: size) {
            let distance = (start..<start + size).reduce(0.0) { $0 + Double(abs(found[$1] - wanted[$1])) }
            #expect(distance / Double(size) < 2e-5, "from \(start): \(distance / Double(size))")
        }
    }

    @Test("Losses that look at all of a batch are the same by two ranks", arguments: ["kto", "kto_pair"])
    func lossesOfWholeBatches(loss: String) throws {
        let place = try TinyTraining.workplace()
        let rows = (1...13).map { row in
            loss == "kto"
                ? #"{"instruction": "Say \#(row).", "output": "It is \#(row).", "kto_tag": \#(row % 3 > 0)}"#
                : #"{"instruction": "Say \#(row).", "chosen": "It is \#(row).", "rejected": "No \#(row * 7)."}"#
        }
        try place.write(rows.joined(separator: "\n") + "\n", to: "judged.jsonl")
        let added = try place.program.run("add", "judged.jsonl")
        #expect(added.status == 0, "\(added.errors)")
        let more =
            ["--dataset", "judged", "--per-device-train-batch-size", "5", "--pref-ftx", "0.3"]
            + (loss == "kto" ? ["--stage", "kto"] : ["--stage", "dpo", "--pref-loss", loss])
        let alone = try train(place, "alone", ranks: nil, more)
        #expect(alone.status == 0, "\(alone.errors)")
        let shared = try train(place, "shared", ranks: 2, more)
        #expect(shared.status == 0, "\(shared.errors)")
        let wanted = try numbers(place.url("alone/\(Self.adapter)"))
        let found = try numbers(place.url("shared/\(Self.adapter)"))
        let size = wanted.map(abs).max() ?? 0
        let distance = zip(found, wanted).map { abs($0 - $1) }.max() ?? .infinity
        #expect(found.count == wanted.count && distance < 0.01 * size, "\(distance) of \(size)")
    }

    @Test("A killed rank ends the job with a word, and what is kept goes on with another number of ranks")
    func aKilledRank() throws {
        let place = try TinyTraining.workplace()
        let arguments = TinyTraining.replacing(
            "--num-train-epochs", with: "500", in: TinyTraining.arguments(out: "run") + ["--threads", "1"])
        let process = ManyRanks.process(place, ranks: 3, arguments)
        let errors = place.url("errors")
        try Data().write(to: errors)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let state = place.url("run/checkpoint-1/trainer_state.json").path
        while process.isRunning, !FileManager.default.fileExists(atPath: state) { usleep(2000) }
        #expect(process.isRunning)
        let victim = try #require(try ManyRanks.children(of: process.processIdentifier).dropFirst().first)
        kill(victim, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationStatus != 0 || process.terminationReason == .uncaughtSignal)
        let text = try String(contentsOf: errors, encoding: .utf8)
        #expect(text.contains("--resume-from-checkpoint last"), "\(text)")
        let more = ["--resume-from-checkpoint", "last", "--threads", "1"]
        let settings = TinyTraining.replacing(
            "--num-train-epochs", with: "500", in: TinyTraining.arguments(out: "run"))
        // A training of that many steps takes minutes: that it goes on is seen by its next steps.
        let resumed = ManyRanks.process(place, ranks: 2, settings + more)
        resumed.standardOutput = FileHandle.nullDevice
        resumed.standardError = FileHandle.nullDevice
        let metrics = place.url("run/metrics.jsonl")
        try resumed.run()
        func steps() throws -> [Int] {
            try String(contentsOf: metrics, encoding: .utf8).split(separator: "\n").compactMap {
                try? JSONParser.parse(Array($0.utf8), source: "metrics").objectValue?["step"]?.intValue
            }
        }
        while resumed.isRunning, try steps().count < 4 { usleep(20_000) }
        let found = try steps()
        // Foundation starts programs with Ctrl-C blocked, and mpirun leaves it so.
        let ranks = try ManyRanks.children(of: resumed.processIdentifier)
        for process in [resumed.processIdentifier] + ranks { kill(process, SIGKILL) }
        resumed.waitUntilExit()
        #expect(found.prefix(4) == [1, 2, 3, 4])
    }

    @Test("A row that one rank cannot read ends the job, and is named", .timeLimit(.minutes(5)))
    func damageThatOneRankSees() throws {
        let place = try TinyTraining.workplace()
        let rows = (1...60).map {
            #"{"instruction": "Say \#($0).", "output": "It is \#($0).", "kto_tag": \#($0 % 3 > 0)}"#
        }
        try place.write(rows.joined(separator: "\n") + "\n", to: "judged.jsonl")
        #expect(try place.program.run("add", "judged.jsonl").status == 0)
        // The second rank has a store of its own, in which the rows are damaged. Judged answers are read on the way.
        let other = place.url("other/.ds")
        try FileManager.default.createDirectory(at: place.url("other"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(at: place.url(".ds"), to: other)
        let objects = try Workplace.files(in: other.appendingPathComponent("objects"))
        let shard = try #require(objects.first { $0.value.starts(with: Array(#"{"instruction": "Say 1."#.utf8)) })
        var bytes = shard.value
        bytes[bytes.count / 2] ^= 1
        let path = other.appendingPathComponent("objects/\(shard.key)")
        try FileManager.default.removeItem(at: path)
        try bytes.write(to: path)
        try place.write(
            """
            if [ "$OMPI_COMM_WORLD_RANK" = 1 ]; then cd other; fi
            exec "$@"

            """, to: "differ.sh")
        let arguments =
            TinyTraining.arguments(out: place.url("run").path) + [
                "--dataset", "judged", "--stage", "kto", "--threads", "1", "--bf16", "false", "--max-steps", "50",
            ]
        let outcome = try ManyRanks.run(
            place, ranks: 2, program: "/bin/sh", [place.url("differ.sh").path, Program.executable.path] + arguments)
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains(shard.key.replacing("/", with: "")), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.url("run/\(Self.adapter)").path))
    }

    @Test("Ranks share the making of tokens, and make the same bytes")
    func tokens() throws {
        func tokens(ranks: Int?) throws -> [String: Data] {
            let place = try TinyTraining.workplace()
            // Enough for several shards.
            let rows = (0..<9000).map { index in
                #"{"instruction":"question \#(index)","output":"\#(String(repeating: "answer \(index) ", count: 60))"}"#
            }
            try place.write(rows.joined(separator: "\n"), to: "many.jsonl")
            try place.program.run("add", "many.jsonl")
            let arguments = ["tokenize", "many", "--model", "tiny", "--json"]
            let outcome =
                try ranks.map { try ManyRanks.run(place, ranks: $0, arguments) } ?? place.program.run(arguments)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try outcome.object()["rows"] == .int(9000))
            #expect(try place.program.run("verify").status == 0)
            return try Workplace.files(in: place.objects).filter { $0.value.starts(with: Array("dstokens".utf8)) }
        }
        let alone = try tokens(ranks: nil)
        #expect(alone.count > 1)
        for ranks in [2, 3] { #expect(try tokens(ranks: ranks) == alone) }
    }

    @Test("Ranks with other settings are refused")
    func otherSettings() throws {
        let place = try TinyTraining.workplace()
        try place.write(
            "exec \"$1\" tokenize identity --model tiny --cutoff-len $((100 + OMPI_COMM_WORLD_RANK))\n", to: "differ.sh"
        )
        let outcome = try ManyRanks.run(
            place, ranks: 2, program: "/bin/sh", [place.url("differ.sh").path, Program.executable.path])
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("were not started alike"), "\(outcome.errors)")
    }
}

/// `mpirun`, as it starts the program several times over.
enum ManyRanks {
    private static let launcher = ["/usr/bin/mpirun", "/usr/local/bin/mpirun"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static var isAvailable: Bool { launcher != nil }

    static func process(
        _ place: Workplace, ranks: Int, program: String = Program.executable.path, _ arguments: [String]
    ) -> Process {
        let process = place.program.process([])
        process.executableURL = URL(fileURLWithPath: launcher ?? "mpirun")
        process.arguments =
            ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", "\(ranks)", program] + arguments
        return process
    }

    static func run(
        _ place: Workplace, ranks: Int, program: String = Program.executable.path, _ arguments: [String]
    ) throws -> Program.Outcome {
        let process = process(place, ranks: ranks, program: program, arguments)
        let (output, errors) = (place.url("mpi-output"), place.url("mpi-errors"))
        for url in [output, errors] { try Data().write(to: url) }
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Program.Outcome(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    /// The processes that a process started, oldest first.
    static func children(of parent: Int32) throws -> [Int32] {
        let tasks = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(parent)/task")
        return try tasks.flatMap { task in
            try String(contentsOfFile: "/proc/\(parent)/task/\(task)/children", encoding: .utf8)
                .split(separator: " ").compactMap { Int32($0) }
        }.sorted()
    }
}
