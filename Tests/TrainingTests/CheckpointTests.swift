import DatasetFormats
import Foundation
import LanguageModels
import SystemPackage
import TestFolders
import Testing
import TinyModels

@testable import Training

@Suite struct CheckpointTests {
    @Test(arguments: Rehearsal.Mode.allCases, [1, 3, 5, 6])
    func aStoppedTrainingGoesOnAsIfItHadNotStopped(mode: Rehearsal.Mode, steps: Int) throws {
        let whole = try Rehearsal(mode)
        let summary = try whole.run()
        let stopped = try Rehearsal(mode)
        let first = try stopped.run(stoppingAfter: steps)
        #expect(first.steps == steps && !first.isComplete)
        #expect(!stopped.has("adapter_model.safetensors"))
        #expect(try stopped.checkpoints() == ["checkpoint-\(steps)"])
        let second = try stopped.run(resumingFrom: "last")
        #expect(second.steps == 7 && second.isComplete)
        #expect(second.tokenCount == summary.tokenCount && second.loss == summary.loss)
        #expect(try stopped.bytes() == whole.bytes())
        for key in ["step", "epoch", "loss", "grad_norm", "learning_rate", "num_input_tokens_seen", "total_steps"] {
            #expect(try stopped.metrics().map { $0[key] } == whole.metrics().map { $0[key] }, "\(key)")
        }
    }

    @Test func aTrainingMayStopAgainAndAgain() throws {
        let whole = try Rehearsal()
        try whole.run()
        let stopped = try Rehearsal()
        try stopped.run(stoppingAfter: 2)
        try stopped.run(resumingFrom: "true", stoppingAfter: 1)
        try stopped.run(resumingFrom: stopped.output.appending("checkpoint-3").string, stoppingAfter: 3)
        try stopped.run(resumingFrom: "last")
        #expect(try stopped.bytes() == whole.bytes())
        #expect(try TrainingTests.steps(stopped.metrics()) == Array(1...7))
    }

    /// A process that is killed leaves lines of steps that no checkpoint has.
    @Test func aKilledTrainingGoesOnFromItsLastCheckpoint() throws {
        struct Killed: Error {}
        let whole = try Rehearsal()
        try whole.run()
        var killed = try Rehearsal()
        killed.options.saveSteps = 2
        #expect(throws: Killed.self) {
            try killed.training().run(onStep: { if $0.step == 5 { throw Killed() } })
        }
        #expect(try killed.checkpoints() == ["checkpoint-2", "checkpoint-4"])
        #expect(try TrainingTests.steps(killed.metrics()) == Array(1...5))
        var seen: [Int] = []
        _ = try killed.training(resumingFrom: "last").run(onStep: { seen.append($0.step) })
        #expect(seen == [5, 6, 7])
        #expect(try TrainingTests.steps(killed.metrics()) == Array(1...7))
        #expect(try killed.bytes() == whole.bytes())
    }

    /// With few records the first checkpoints come before the first line.
    @Test func aTrainingWithoutARecordGoesOn() throws {
        var whole = try Rehearsal()
        whole.options.loggingSteps = 5
        try whole.run()
        var stopped = try Rehearsal()
        stopped.options.loggingSteps = 5
        _ = try stopped.training().run(onStep: { _ in }, shouldStop: { true })
        #expect(try stopped.bytes("metrics.jsonl").isEmpty)
        try stopped.run(resumingFrom: "last")
        #expect(try TrainingTests.steps(stopped.metrics()) == [5, 7])
        #expect(try stopped.bytes() == whole.bytes())
    }

    @Test func aFinishedTrainingIsFinishedAgain() throws {
        var rehearsal = try Rehearsal()
        rehearsal.options.saveSteps = 7
        let first = try rehearsal.run()
        let bytes = try rehearsal.bytes()
        let summary = try rehearsal.run(resumingFrom: "last")
        #expect(summary.isComplete && summary.steps == 7)
        // It tells of the whole training, though it has taken no step of it.
        #expect(summary.loss == first.loss && summary.tokenCount == first.tokenCount)
        #expect(try rehearsal.bytes() == bytes)
        #expect(try TrainingTests.steps(rehearsal.metrics()) == Array(1...7))
    }

    @Test func halfACheckpointIsNotSeen() throws {
        var rehearsal = try Rehearsal()
        rehearsal.options.saveSteps = 2
        rehearsal.options.maximumSteps = 5
        try rehearsal.run()
        try rehearsal.folder.remove("out/checkpoint-4/trainer_state.json")
        try makeFolder(rehearsal.output.appending("checkpoint-99"))
        try makeFolder(rehearsal.output.appending("checkpoint-best"))
        // Not the name that a training writes; it must not be taken for the checkpoint of step 2.
        try makeFolder(rehearsal.output.appending("checkpoint-02"))
        #expect(try Checkpoint.folders(in: rehearsal.output).map { try Checkpoint(folder: $0).state.step } == [2])
        var seen: [Int] = []
        _ = try rehearsal.training(resumingFrom: "last").run(onStep: { seen.append($0.step) })
        #expect(seen == [3, 4, 5])
        try rehearsal.folder.remove("out/checkpoint-2/trainer_state.json")
        try rehearsal.folder.remove("out/checkpoint-4/trainer_state.json")
        #expect(throws: TrainingError.noCheckpoint(folder: rehearsal.output)) {
            try rehearsal.training(resumingFrom: "last")
        }
        let absent = rehearsal.folder.path.appending("absent")
        #expect(throws: TrainingError.noCheckpoint(folder: absent)) {
            try rehearsal.training(resumingFrom: absent.string)
        }
    }

    /// A process that dies while it writes or removes a checkpoint leaves half of one; the next removes it once it has
    /// written its own, and nothing that may be someone's.
    @Test func halvesOfCheckpointsAreRemovedOnceAnotherIsWhole() throws {
        var rehearsal = try Rehearsal()
        try rehearsal.run(stoppingAfter: 3)
        rehearsal.options.saveSteps = 2
        let output = rehearsal.output
        for name in ["checkpoint-1", "checkpoint-2", "checkpoint-4", "checkpoint-9", "checkpoint-5", "checkpoint-02"] {
            try makeFolder(output.appending(name))
        }
        try makeFolder(rehearsal.folder.path.appending("elsewhere"))
        try rehearsal.folder.write("half", "out/checkpoint-2/adapter_model.safetensors.part")
        try rehearsal.folder.write("half", "out/checkpoint-4/adapter_model.safetensors")
        try rehearsal.folder.write("half", "out/checkpoint-9/adapter_model.safetensors")
        try rehearsal.folder.write("half", "out/checkpoint-9/optimizer.safetensors")
        try rehearsal.folder.write("mine", "out/checkpoint-5/notes.txt")
        try rehearsal.folder.write("half", "out/checkpoint-5/optimizer.safetensors")
        try rehearsal.folder.write("mine", "out/checkpoint-02/optimizer.safetensors")
        try rehearsal.folder.write("mine", "elsewhere/optimizer.safetensors")
        try FileManager.default.createSymbolicLink(
            atPath: output.appending("checkpoint-8").string,
            withDestinationPath: rehearsal.folder.path.appending("elsewhere").string)
        let before = try rehearsal.checkpoints()
        let training = try rehearsal.training(resumingFrom: "last")
        #expect(try rehearsal.checkpoints() == before)
        _ = try training.run(onStep: { _ in })
        #expect(
            try rehearsal.checkpoints() == [
                "checkpoint-02", "checkpoint-3", "checkpoint-4", "checkpoint-5", "checkpoint-6", "checkpoint-8",
            ])
        #expect(try Checkpoint.folders(in: output).map { try Checkpoint(folder: $0).state.step } == [3, 4, 6])
        #expect(rehearsal.has("checkpoint-5/notes.txt") && rehearsal.has("checkpoint-8/optimizer.safetensors"))
    }

    @Test(arguments: [
        "", "{", "[]", "{}", "null", "{\"global_step\": 3}", "{\"global_step\": 3, \"identity\": \"this training\"}",
        "{\"global_step\": -1, \"identity\": \"this training\", \"num_input_tokens_seen\": 0}",
        "{\"global_step\": \"3\", \"identity\": \"this training\", \"num_input_tokens_seen\": 0}",
        "{\"global_step\": 3, \"identity\": 3, \"num_input_tokens_seen\": 0}",
    ])
    func aDamagedStateIsNamed(text: String) throws {
        let rehearsal = try Rehearsal()
        try rehearsal.run(stoppingAfter: 3)
        let path = try rehearsal.folder.write(text, "out/checkpoint-3/trainer_state.json")
        for place in ["last", rehearsal.output.appending("checkpoint-3").string] {
            let error = #expect(throws: TrainingError.self) { try rehearsal.training(resumingFrom: place) }
            guard case .malformedCheckpoint(file: path, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test(arguments: ["adapter_config.json", "adapter_model.safetensors", "optimizer.safetensors"])
    func damagedFilesAreNamed(name: String) throws {
        let rehearsal = try Rehearsal()
        try rehearsal.run(stoppingAfter: 3)
        let path = rehearsal.output.appending("checkpoint-3/\(name)")
        try rehearsal.folder.write(Array(try contents(path).dropLast(5)), "out/checkpoint-3/\(name)")
        let cut = #expect(throws: LanguageModelsError.self) { try rehearsal.training(resumingFrom: "last") }
        #expect(cut?.description.hasPrefix("\(path.string): ") == true)
        try rehearsal.folder.remove("out/checkpoint-3/\(name)")
        #expect(throws: LanguageModelsError.unreadable(path: path, .noSuchFileOrDirectory)) {
            try rehearsal.training(resumingFrom: "last")
        }
    }

    @Test func anotherTrainingsCheckpointIsRefused() throws {
        var rehearsal = try Rehearsal()
        try rehearsal.run(stoppingAfter: 3)
        let folder = rehearsal.output.appending("checkpoint-3")
        rehearsal.identity = "another"
        let error = TrainingError.checkpointMismatch(
            folder: folder, field: "recipe", found: "this training", wanted: "another")
        #expect(throws: error) { try rehearsal.training(resumingFrom: "last") }
        #expect(throws: error) { try rehearsal.training(resumingFrom: folder.string) }
    }

    @Test(arguments: [
        (1, 2, ["checkpoint-6", "checkpoint-7"]), (2, 1, ["checkpoint-6"]),
        (3, 5, ["checkpoint-3", "checkpoint-6"]), (2, nil, ["checkpoint-2", "checkpoint-4", "checkpoint-6"]),
        (0, 1, []),
    ])
    func onlyTheNewestAreKept(every: Int, limit: Int?, expected: [String]) throws {
        var rehearsal = try Rehearsal()
        rehearsal.options.saveSteps = every
        rehearsal.options.checkpointLimit = limit
        try rehearsal.run()
        #expect(try rehearsal.checkpoints() == expected)
    }

    /// 10 is newer than 9, though its name comes first.
    @Test func checkpointsAreOrderedByTheirSteps() throws {
        var rehearsal = try Rehearsal()
        rehearsal.options.maximumSteps = 12
        rehearsal.options.saveSteps = 1
        rehearsal.options.checkpointLimit = 3
        try rehearsal.run(stoppingAfter: 11)
        #expect(try rehearsal.checkpoints() == ["checkpoint-10", "checkpoint-11", "checkpoint-9"])
        #expect(
            try Checkpoint.folders(in: rehearsal.output).map { try Checkpoint(folder: $0).state.step } == [9, 10, 11])
    }
}
