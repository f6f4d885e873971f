import Dispatch
import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import ContentStore

@Suite struct WriterLeaseTests {
    private let temporary: TemporaryFolder
    private var folder: FilePath { temporary.path }

    init() throws { temporary = try TemporaryFolder() }

    private func names() throws -> [String] { try FileSystem.list(folder) }

    private func put(_ record: LeaseRecord, number: Int) throws {
        try temporary.write(try CanonicalJSON.bytes(record), to: "writer-\(number)")
    }

    private func onAnotherHost(silentFor seconds: Double) -> LeaseRecord {
        LeaseRecord(
            host: "elsewhere boot pid:[1]", process: 4711, processStart: "1", heartbeat: LeaseRecord.now - seconds,
            isReleased: false, token: "another")
    }

    @Test func theSecondIsToldWhoHoldsIt() throws {
        let lease = try WriterLease.take(in: folder, waiting: 0)
        let holder = "process \(ProcessInfo.processInfo.processIdentifier) on \(ProcessInfo.processInfo.hostName)"
        #expect(throws: ContentStoreError.busy(holder: holder, waited: 0)) {
            try WriterLease.take(in: folder, waiting: 0.05)
        }
        #expect(try WriterLease.takeIfFree(in: folder) == nil)
        try lease.release()
        #expect(try WriterLease.takeIfFree(in: folder) != nil)
    }

    @Test func numbersAreNeverUsedAgainAndOneFileStays() throws {
        for number in 1...5 {
            let lease = try WriterLease.take(in: folder, waiting: 0)
            #expect(try names() == ["writer-\(number)"])
            try lease.release()
            #expect(try names() == ["writer-\(number)"])
        }
    }

    @Test func aDeadProcessKeepsNothing() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/cat")
        let input = Pipe()
        process.standardInput = input
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let mine = LeaseRecord.mine()
        let record = LeaseRecord(
            host: mine.host, process: process.processIdentifier, processStart: try start(of: process.processIdentifier),
            heartbeat: LeaseRecord.now, isReleased: false, token: "cat")
        try put(record, number: 7)
        #expect(try WriterLease.takeIfFree(in: folder) == nil)
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(try WriterLease.takeIfFree(in: folder) != nil)
        #expect(try names() == ["writer-8"])
    }

    /// Field 22 of /proc/PID/stat; the command's name has no spaces here.
    private func start(of process: Int32) throws -> String {
        let fields = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8).split(separator: " ")
        try #require(fields.count > 21)
        return String(fields[21])
    }

    @Test func aProcessNumberThatIsUsedAgainIsAnotherProcess() throws {
        let mine = LeaseRecord.mine()
        let old = LeaseRecord(
            host: mine.host, process: mine.process, processStart: "1", heartbeat: LeaseRecord.now, isReleased: false,
            token: "old")
        try put(old, number: 1)
        #expect(try WriterLease.takeIfFree(in: folder) != nil)
    }

    @Test(arguments: [(0.0, true), (50, true), (70, false), (1e9, false)])
    func aHolderOnAnotherHostIsKnownByItsHeartbeat(silence: Double, isAlive: Bool) throws {
        // Its clock may be anywhere; the file system's says when it wrote.
        try put(onAnotherHost(silentFor: -1e6), number: 1)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -silence)],
            ofItemAtPath: folder.appending("writer-1").string)
        #expect((try WriterLease.takeIfFree(in: folder) == nil) == isAlive)
    }

    @Test(arguments: ["", "{", "garbage", "{\"host\":1}", "[]"])
    func aFileThatCannotBeReadHoldsNothing(text: String) throws {
        try temporary.write(bytes(text), to: "writer-3")
        let lease = try WriterLease.take(in: folder, waiting: 0)
        #expect(try names() == ["writer-4"])
        try lease.release()
    }

    @Test func otherFilesAreNoLease() throws {
        for name in ["writer-", "writer-x", "reader-9", ".staged"] { try temporary.write([], to: name) }
        _ = try WriterLease.take(in: folder, waiting: 0)
        #expect(try names().contains("writer-1"))
    }

    @Test func whoeverIsOvertakenIsTold() throws {
        let lease = try WriterLease.take(in: folder, waiting: 0)
        try put(onAnotherHost(silentFor: 0), number: 2)
        #expect(throws: ContentStoreError.leaseLost(path: folder)) { try lease.renew() }
        // What it does at its end leaves the other's lease alone.
        try lease.release()
        #expect(try WriterLease.takeIfFree(in: folder) == nil)
        #expect(try record(2) == onAnotherHostAsWritten())
    }

    private func record(_ number: Int) throws -> String {
        let file = try read(folder.appending("writer-\(number)"))
        return try JSONDecoder().decode(LeaseRecord.self, from: Data(file)).token
    }

    private func onAnotherHostAsWritten() -> String { onAnotherHost(silentFor: 0).token }

    @Test func renewingSaysThatItIsThere() throws {
        func heartbeat() throws -> Double {
            try JSONDecoder().decode(LeaseRecord.self, from: Data(try read(folder.appending("writer-1")))).heartbeat
        }
        let lease = try WriterLease.take(in: folder, waiting: 0)
        let before = try heartbeat()
        usleep(2000)
        try lease.renew()
        #expect(try heartbeat() > before)
        #expect(try WriterLease.takeIfFree(in: folder) == nil)
        #expect(try names() == ["writer-1"])
    }

    @Test func aLeaseThatWasEmptiedIsFree() throws {
        // So it is given back on a full disk.
        _ = try WriterLease.take(in: folder, waiting: 0)
        #expect(try WriterLease.takeIfFree(in: folder) == nil)
        #expect(truncate(folder.appending("writer-1").string, 0) == 0)
        #expect(try WriterLease.takeIfFree(in: folder) != nil)
    }

    @Test func manyTakeTurnsAndNeverAtOnce() throws {
        let turns = 40
        let takers = 6
        let counter = folder.appending("counter")
        try temporary.write(bytes("0"), to: "counter")
        let leases = folder.appending("leases")
        try FileSystem.createFolder(leases)
        let inside = Atomic<Int>(0)
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: takers) { _ in
            for _ in 0..<turns {
                do {
                    let lease = try WriterLease.take(in: leases, waiting: 120)
                    // A count that is read and written again loses turns where two are inside.
                    if inside.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue != 1 {
                        failures.withLock { $0.append("two are inside") }
                    }
                    let count = Int(String(decoding: try read(counter), as: UTF8.self)) ?? -1
                    try overwrite(counter, with: bytes("\(count + 1)"))
                    inside.wrappingSubtract(1, ordering: .sequentiallyConsistent)
                    try lease.release()
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(try read(counter) == bytes("\(turns * takers)"))
    }
}
