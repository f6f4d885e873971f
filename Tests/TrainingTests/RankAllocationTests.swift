import CAllocationCounter
import Communication
import DatasetFormats
import Foundation
import StreamingLoader
import SystemPackage
import TestFolders
import Testing
import Training

/// A step that several ranks share takes no memory on any of them after the first. What MPI itself takes is not counted.
@Suite(.enabled(if: ds_allocations_are_counted(), "allocations can be counted with glibc alone"))
struct RankAllocationTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let mode: Rehearsal.Mode
        var stage = TrainingStage.supervised
        var loss = PreferenceLoss.sigmoid

        /// All rows are as long, so that no part needs more than the first.
        func rehearsal() throws -> Rehearsal {
            var rehearsal = try Rehearsal(mode)
            rehearsal.keepsTokens = stage != .feedback
            rehearsal.options.stage = stage
            rehearsal.options.preference.loss = loss
            rehearsal.options.maximumSteps = 6
            // Room for several rows in a packed sequence.
            rehearsal.options.cutoffLength = 300
            rehearsal.rows = RowList(
                rows: [JSONObject](repeating: RowList.rows(for: stage).rows[4], count: 60))
            return rehearsal
        }
    }

    static let cases = [
        Case(testDescription: "answers, two rows", mode: .plain),
        Case(testDescription: "answers, three rows", mode: .accumulation),
        Case(testDescription: "answers, packed", mode: .packing),
        Case(testDescription: "pairs", mode: .accumulation, stage: .preference),
        Case(testDescription: "pairs, means of the batch", mode: .accumulation, stage: .preference, loss: .ktoPair),
        Case(testDescription: "rewards", mode: .accumulation, stage: .reward),
        Case(testDescription: "judged answers", mode: .accumulation, stage: .feedback),
    ]

    // MARK: Parts of batches

    /// Rows of many lengths: every batch once, then none of them takes anything.
    @Test(arguments: cases, [1, 2, 3, 8])
    func partsOfBatchesTakeNothing(c: Case, worldSize: Int) throws {
        var rehearsal = try c.rehearsal()
        rehearsal.rows = RowList(rows: (0..<8).flatMap { _ in RowList.rows(for: c.stage).rows })
        rehearsal.options.batchSize = 40
        let loader = try rehearsal.loader()
        var batch = SequenceBatch()
        var tokenCount = 0
        func readAll() throws {
            for step in 0..<loader.batchesPerEpoch {
                for rank in 0..<worldSize {
                    let share = RankShare(rank: rank, worldSize: worldSize)
                    _ = try loader.read(step, into: &batch, share: share)
                    // What judged answers are mismatched with is not what gradients come from.
                    for sequence in stride(from: 0, to: batch.count, by: c.stage == .feedback ? 2 : 1) {
                        tokenCount += batch[sequence].count
                    }
                }
            }
        }
        try readAll()
        #expect(tokenCount == loader.tokenCount)
        ds_allocations_begin()
        try readAll()
        let count = ds_allocations_end()
        #expect(count == 0)
    }

    // MARK: Steps

    private static let launcher = ["/usr/bin/mpirun", "/usr/local/bin/mpirun"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Says to a rank that it is one, and where it writes what it counted.
    private static let folderVariable = "DS_TEST_RANK_COUNTS"

    /// The test starts its own program under MPI, where it is the ranks' work.
    @Test(
        .enabled(
            if: launcher != nil, "there is no mpirun here; tools/test installs openmpi-bin and libopenmpi-dev"))
    func laterStepsTakeNothing() throws {
        if let folder = ProcessInfo.processInfo.environment[Self.folderVariable] {
            try count(into: FilePath(folder))
            return
        }
        for size in [2, 3] {
            let folder = try TemporaryFolder()
            try start(size, in: folder)
            for rank in 0..<size {
                let file = folder.path.appending("\(rank)")
                let lines = try String(contentsOfFile: file.string, encoding: .utf8).split(separator: "\n")
                #expect(lines.count == Self.cases.count)
                for line in lines {
                    let counts = line.split(separator: " ").prefix(6).compactMap { Int($0) }
                    // Before the second step a checkpoint is kept, and the log has two records' figures by turns.
                    #expect(counts.count == 6 && counts.first ?? 0 > 0, "rank \(rank) of \(size): \(line)")
                    #expect(counts.dropFirst(2).allSatisfy { $0 == 0 }, "rank \(rank) of \(size): \(line)")
                }
            }
        }
    }

    private func start(_ size: Int, in folder: TemporaryFolder) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.launcher))
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        process.arguments =
            ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n", "\(size)", program]
            + ["--testing-library", "swift-testing", "--filter", "RankAllocationTests/laterStepsTakeNothing"]
        process.environment = ProcessInfo.processInfo.environment.merging(
            [Self.folderVariable: folder.path.string]
        ) { $1 }
        let output = try folder.write("", "output")
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output.string))
        process.standardError = process.standardOutput
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOfFile: output.string, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(text)")
    }

    /// What a rank does: every case, and a line for each of what its steps took.
    private func count(into folder: FilePath) throws {
        let communicator = try #require(try Communicator.start())
        var lines = ""
        for c in Self.cases {
            let counts = try counts(of: c, communicator)
            lines += counts.map(String.init).joined(separator: " ") + " \(c.testDescription)\n"
        }
        try Data(lines.utf8).write(to: URL(fileURLWithPath: folder.appending("\(communicator.rank)").string))
        try communicator.finish()
    }

    /// What each of six steps takes, from the end of the one before.
    private func counts(of c: Case, _ communicator: Communicator) throws -> [Int] {
        var rehearsal = try c.rehearsal()
        rehearsal.communicator = communicator
        let training = try rehearsal.training()
        // Packing begins each epoch anew.
        #expect(try rehearsal.loader().batchesPerEpoch >= 6)
        var counts: [Int] = []
        counts.reserveCapacity(16)
        ds_allocations_begin_own()
        _ = try training.run(
            onStep: { _ in
                counts.append(ds_allocations_end())
                ds_allocations_begin_own()
            })
        _ = ds_allocations_end()
        return counts
    }
}
