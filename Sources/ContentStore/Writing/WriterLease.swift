import Foundation
import SystemPackage

/// The right to write, held by one process at a time, that a dead holder cannot keep.
///
/// The folder holds files `writer-N`; the highest N decides. To take the lease is to make the next number, which only
/// one can do (link(2) fails where the name is taken), after its holder released it or died. Numbers are never
/// used again: the highest file stays when it is released. So nothing depends on file locks, and a file that is
/// half-written is never seen.
final class WriterLease {
    private let folder: FilePath
    private let number: Int
    private var record: LeaseRecord

    private init(folder: FilePath, number: Int, record: LeaseRecord) {
        self.folder = folder
        self.number = number
        self.record = record
    }

    private static func path(_ folder: FilePath, _ number: Int) -> FilePath { folder.appending("writer-\(number)") }

    /// Takes the lease, waiting while another process lives that holds it.
    ///
    /// - Throws: `ContentStoreError.busy` when the time is over.
    static func take(in folder: FilePath, waiting seconds: Double) throws(ContentStoreError) -> WriterLease {
        let start = ContinuousClock.now
        while true {
            switch try attempt(folder) {
            case .taken(let lease): return lease
            case .held(let holder):
                let waited = ContinuousClock.now - start
                guard waited < .seconds(seconds) else {
                    throw .busy(holder: holder, waited: Int(waited.components.seconds))
                }
                usleep(20_000)
            case .lost: continue
            }
        }
    }

    /// Takes the lease if nobody holds it.
    static func takeIfFree(in folder: FilePath) throws(ContentStoreError) -> WriterLease? {
        while true {
            switch try attempt(folder) {
            case .taken(let lease): return lease
            case .held: return nil
            case .lost: continue
            }
        }
    }

    private enum Attempt {
        case taken(WriterLease)
        case held(by: String)
        /// Somebody else moved at the same time.
        case lost
    }

    private static func attempt(_ folder: FilePath) throws(ContentStoreError) -> Attempt {
        let highest = try numbers(in: folder).max() ?? 0
        var holder: LeaseRecord?
        if highest > 0 {
            guard let bytes = try FileSystem.readIfThere(path(folder, highest)) else { return .lost }
            // One that cannot be read was made by nobody that still lives: names appear with their whole content.
            holder = try? JSONDecoder().decode(LeaseRecord.self, from: Data(bytes))
            // By its process alone, where that can be asked: then nothing has to be written to know.
            if let holder, holder.isAlive(age: 0), holder.isHere { return .held(by: holder.holder) }
        }
        let record = LeaseRecord.mine()
        let staged = folder.appending(".\(record.token)")
        try FileSystem.write(try CanonicalJSON.bytes(record), to: staged)
        if let holder, !holder.isHere, let written = try FileSystem.modifiedIfThere(path(folder, highest)),
            let now = try FileSystem.modifiedIfThere(staged), holder.isAlive(age: now - written)
        {
            try FileSystem.remove(staged)
            return .held(by: holder.holder)
        }
        let isMine = try FileSystem.link(staged, to: path(folder, highest + 1))
        try FileSystem.remove(staged)
        guard isMine else { return .lost }
        // A number that was free because later ones had come and gone is no lease.
        guard try numbers(in: folder).max() == highest + 1 else {
            try FileSystem.remove(path(folder, highest + 1))
            return .lost
        }
        for old in try numbers(in: folder) where old <= highest { try FileSystem.remove(path(folder, old)) }
        return .taken(WriterLease(folder: folder, number: highest + 1, record: record))
    }

    /// Who wrote last without saying that it is done, and whether it is still there; nil where nobody holds the lease.
    static func holder(in folder: FilePath, now: Double) throws(ContentStoreError) -> (name: String, isAlive: Bool)? {
        guard let highest = try numbers(in: folder).max(),
            let bytes = try FileSystem.readIfThere(path(folder, highest)),
            let written = try FileSystem.modifiedIfThere(path(folder, highest)),
            let record = try? JSONDecoder().decode(LeaseRecord.self, from: Data(bytes)), !record.isReleased
        else { return nil }
        return (record.holder, record.isAlive(age: now - written))
    }

    private static func numbers(in folder: FilePath) throws(ContentStoreError) -> [Int] {
        try FileSystem.list(folder).compactMap { $0.hasPrefix("writer-") ? Int($0.dropFirst(7)) : nil }
    }

    /// Says that the holder is still there; to be called from time to time, and before a name is moved.
    ///
    /// - Throws: `ContentStoreError.leaseLost` where another process took over.
    func renew() throws(ContentStoreError) {
        try check()
        record.heartbeat = LeaseRecord.now
        try replaceFile()
    }

    /// - Throws: `ContentStoreError.leaseLost` where another process took over.
    func check() throws(ContentStoreError) {
        guard try Self.numbers(in: folder).max() == number else { throw .leaseLost(path: folder) }
    }

    func release() throws(ContentStoreError) {
        guard try Self.numbers(in: folder).max() == number else { return }
        record.isReleased = true
        do {
            try replaceFile()
        } catch {
            // On a full disk no file can be written, but one can be emptied: it says as well that nobody holds it.
            guard truncate(Self.path(folder, number).string, 0) == 0 else { throw error }
        }
    }

    private func replaceFile() throws(ContentStoreError) {
        let staged = folder.appending(".\(record.token)")
        try FileSystem.remove(staged)
        try FileSystem.write(try CanonicalJSON.bytes(record), to: staged)
        try FileSystem.rename(staged, to: Self.path(folder, number))
    }
}
