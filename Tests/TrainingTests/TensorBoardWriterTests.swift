import SystemPackage
import TestFolders
import Testing
import TinyModels

@testable import Training

@Suite struct TensorBoardWriterTests {
    @Test func anotherReaderReadsWhatIsWritten() throws {
        let folder = try TemporaryFolder()
        let writer = try TensorBoardWriter(folder: folder.path, time: 1_700_000_000.25)
        try writer.write([("train/loss", 2.5), ("train/é", -1e-3)], step: 1, time: 1_700_000_001)
        try writer.write([("train/loss", .nan)], step: 300, time: 1_700_000_002)
        try writer.write([(String(repeating: "long", count: 100), 1e30)], step: 1 << 40, time: 1_700_000_003)
        try writer.write([], step: 0, time: 0)
        let files = try names(in: folder.path)
        #expect(files.count == 1)
        #expect(files.first?.hasPrefix("events.out.tfevents.1700000000.ds.") == true)
        let events = try TensorBoardReader.events(try contents(folder.path.appending(files.first ?? "")))
        #expect(events.count == 5)
        #expect(events.first == .init(time: 1_700_000_000.25, version: "brain.Event:2"))
        #expect(events[1] == .init(time: 1_700_000_001, step: 1, scalars: ["train/loss": 2.5, "train/é": -1e-3]))
        #expect(events[2].step == 300 && events[2].scalars["train/loss"]?.isNaN == true)
        #expect(events[3].step == 1 << 40 && events[3].scalars == [String(repeating: "long", count: 100): 1e30])
        #expect(events[4] == .init())
    }

    /// A record as its parts are laid down: 8 bytes of length, 4 of checksum, the data, 4 of checksum.
    @Test func recordsAreLaidOutAsTFRecords() throws {
        var record: [UInt8] = [1, 2, 3]
        TensorBoardWriter.write(Array("123456789".utf8), as: &record)
        #expect(record.count == 8 + 4 + 9 + 4)
        #expect(record.prefix(8) == [9, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(record[12..<21]) == Array("123456789".utf8))
        #expect(record.suffix(4) == [UInt8](littleEndian: [0xC78A_B0E5 as UInt32])[...])
    }

    @Test func foldersThatAreNotThereAreNamed() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: TrainingError.self) {
            try TensorBoardWriter(folder: folder.path.appending("absent"), time: 1)
        }
        #expect(error?.isMachineFailure == true)
    }
}
