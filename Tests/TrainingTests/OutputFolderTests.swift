import Foundation
import SystemPackage
import TestFolders
import Testing
import TinyModels

@testable import Training

@Suite struct OutputFolderTests {
    @Test func anEarlierRunIsOverwrittenOnlyWhereAskedTo() throws {
        var rehearsal = try Rehearsal()
        rehearsal.options.saveSteps = 3
        try rehearsal.run()
        try rehearsal.folder.write("mine", "out/notes.txt")
        let bytes = try rehearsal.bytes()
        #expect(throws: TrainingError.outputExists(folder: rehearsal.output)) { try rehearsal.training() }
        #expect(try rehearsal.bytes() == bytes)
        rehearsal.options.overwritesOutput = true
        rehearsal.options.saveSteps = 0
        rehearsal.options.maximumSteps = 2
        _ = try rehearsal.training()
        // Nothing of the earlier run is left, and nothing of anyone else's is touched.
        #expect(try names(in: rehearsal.output) == ["notes.txt"])
        try rehearsal.run()
        #expect(try TrainingTests.steps(rehearsal.metrics()) == [1, 2])
        #expect(try rehearsal.checkpoints().isEmpty)
        #expect(try contents(rehearsal.output.appending("notes.txt")) == Array("mine".utf8))
    }

    @Test(arguments: [
        ("metrics.jsonl", true), ("events.out.tfevents.1700000000.ds.17", true), ("checkpoint-4", true),
        ("run.json", true),
        ("adapter_model.safetensors", true), ("adapter_config.json", true), ("notes.txt", false), ("data", false),
        ("my-checkpoint-4", false), ("checkpoint-best", false), ("checkpoint-", false), ("checkpoint-04", false),
    ])
    func whatATrainingLeavesIsKnown(name: String, isOurs: Bool) throws {
        let rehearsal = try Rehearsal()
        try makeFolder(rehearsal.output)
        try rehearsal.folder.write("", "out/\(name)")
        let found = try OutputFolder.remains(in: rehearsal.output)
        #expect(found == (isOurs ? [rehearsal.output.appending(name)] : []))
        if isOurs {
            #expect(throws: TrainingError.outputExists(folder: rehearsal.output)) { try rehearsal.training() }
        } else {
            #expect(try rehearsal.training().totalSteps == 7)
        }
    }

    @Test func foldersThatCannotBeMadeAreNamed() throws {
        let rehearsal = try Rehearsal()
        try rehearsal.folder.write("a file stands here", "out")
        let error = #expect(throws: TrainingError.self) { try OutputFolder.create(rehearsal.output.appending("x")) }
        #expect(error?.description.hasPrefix("\(rehearsal.output)/x: ") == true)
        #expect(error?.isMachineFailure == true)
        #expect(try OutputFolder.remains(in: rehearsal.folder.path.appending("absent")) == [])
    }
}
