import Foundation
import Synchronization
import SystemPackage

/// Where in their shards rows begin, in memory that does not grow with the dataset: beyond a limit the numbers are kept
/// in a file without a name, which goes with the process.
final class RowPlaces: Sendable {
    /// Four bytes each.
    private let memoryLimit: Int
    private let state = Mutex(State())

    private struct State {
        var kept = 0
        var descriptor: CInt = -1
        var end = 0
    }

    /// The beginnings of a shard's rows, and its end.
    enum Table: Sendable {
        case memory([UInt32])
        /// From this byte of the file on.
        case file(descriptor: CInt, offset: Int)
    }

    init(memoryLimit: Int = 2 << 20) { self.memoryLimit = memoryLimit }

    deinit {
        state.withLock { if $0.descriptor >= 0 { _ = close($0.descriptor) } }
    }

    /// - Throws: `DatasetRegistryError.unwritable` where there is no room for a file.
    func keep(_ starts: [UInt32]) throws(DatasetRegistryError) -> Table {
        let result = state.withLock { state -> Result<Table, DatasetRegistryError> in
            if state.kept + starts.count <= memoryLimit {
                state.kept += starts.count
                return .success(.memory(starts))
            }
            return Result { () throws(DatasetRegistryError) in try write(starts, &state) }
        }
        return try result.get()
    }

    private func write(_ starts: [UInt32], _ state: inout State) throws(DatasetRegistryError) -> Table {
        let folder = FilePath(FileManager.default.temporaryDirectory.path)
        if state.descriptor < 0 {
            var template = Array(folder.appending("ds-rows-XXXXXX").string.utf8CString)
            state.descriptor = mkstemp(&template)
            guard state.descriptor >= 0 else { throw .unwritable(path: folder, Errno(rawValue: errno)) }
            _ = fcntl(state.descriptor, F_SETFD, FD_CLOEXEC)
            unlink(template)
        }
        let descriptor = state.descriptor
        let offset = state.end
        var done = 0
        while done < starts.count * 4 {
            let count = starts.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done, off_t(offset + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .unwritable(path: folder, Errno(rawValue: errno)) }
            done += count
        }
        state.end += starts.count * 4
        return .file(descriptor: descriptor, offset: offset)
    }

    /// From each row's beginning to the next one's. Rows that are looked up together wait for memory together.
    ///
    /// - Parameter ranges: filled anew.
    func find(
        _ rows: some Sequence<Int>, in table: Table, into ranges: inout [Range<Int>]
    ) throws(DatasetRegistryError) {
        ranges.removeAll(keepingCapacity: true)
        switch table {
        case .memory(let starts):
            for row in rows { ranges.append(Int(starts[row])..<Int(starts[row + 1])) }
        case .file:
            for row in rows { ranges.append(try range(ofRow: row, in: table)) }
        }
    }

    /// From a row's beginning to the next one's.
    func range(ofRow row: Int, in table: Table) throws(DatasetRegistryError) -> Range<Int> {
        switch table {
        case .memory(let starts): return Int(starts[row])..<Int(starts[row + 1])
        case .file(let descriptor, let offset):
            var pair: (UInt32, UInt32) = (0, 0)
            let place = off_t(offset + row * 4)
            let count = withUnsafeMutableBytes(of: &pair) { pread(descriptor, $0.baseAddress, 8, place) }
            guard count == 8, pair.0 <= pair.1 else {
                throw .unwritable(path: FilePath(FileManager.default.temporaryDirectory.path), .ioError)
            }
            return Int(pair.0)..<Int(pair.1)
        }
    }
}
