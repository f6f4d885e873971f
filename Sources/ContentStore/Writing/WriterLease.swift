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
        let deadline = LeaseRecord.now + seconds
        while true {
            switch try attempt(folder) {
            case .taken(let lease): return lease
            case .held(let holder):
                guard LeaseRecord.now < deadline else { throw .busy(holder: holder) }
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
        if highest > 0 {
            guard let bytes = try FileSystem.readIfThere(path(folder, highest)) else { return .lost }
            // One that cannot be read was made by nobody that still lives: names appear with their whole content.
            if let holder = try? JSONDecoder().decode(LeaseRecord.self, from: Data(bytes)), holder.isAlive {
                return .held(by: holder.holder)
            }
        }
        let record = LeaseRecord.mine()
        let staged = folder.appending(".\(record.token)")
        try FileSystem.write(try CanonicalJSON.bytes(record), to: staged)
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

    private static func numbers(in folder: FilePath) throws(ContentStoreError) -> [Int] {
        try FileSystem.list(folder).compactMap { $0.hasPrefix("writer-") ? Int($0.dropFirst(7)) : nil }
    }

    /// Says that the holder is still there; to be called from time to time, and before a name is moved.
    ///
    /// - Throws: `ContentStoreError.leaseLost` where another process took over.
    func renew() throws(ContentStoreError) {
        guard try Self.numbers(in: folder).max() == number else { throw .leaseLost(path: folder) }
        record.heartbeat = LeaseRecord.now
        try replaceFile()
    }

    func release() throws(ContentStoreError) {
        guard try Self.numbers(in: folder).max() == number else { return }
        record.isReleased = true
        try replaceFile()
    }

    private func replaceFile() throws(ContentStoreError) {
        let staged = folder.appending(".\(record.token)")
        try FileSystem.remove(staged)
        try FileSystem.write(try CanonicalJSON.bytes(record), to: staged)
        try FileSystem.rename(staged, to: Self.path(folder, number))
    }
}
