import DatasetFormats
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
        var file: UnnamedFile?
    }

    /// The beginnings of a shard's rows, and its end.
    enum Table: Sendable {
        case memory([UInt32])
        /// From this byte of the file on.
        case file(UnnamedFile, offset: Int)
    }

    init(memoryLimit: Int = 2 << 20) { self.memoryLimit = memoryLimit }

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
        do {
            let file = if let file = state.file { file } else { try UnnamedFile() }
            state.file = file
            let written = starts.withUnsafeBytes { bytes in
                Result { () throws(Errno) in try file.append(bytes) }
            }
            return .file(file, offset: try written.get().lowerBound)
        } catch {
            throw .unwritable(path: UnnamedFile.folder, error)
        }
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
        case .file(let file, let offset):
            var pair: (UInt32, UInt32) = (0, 0)
            let read = withUnsafeMutableBytes(of: &pair) { bytes in
                Result { () throws(Errno) in try file.read(from: offset + row * 4, into: bytes) }
            }
            do {
                try read.get()
            } catch {
                throw .unwritable(path: UnnamedFile.folder, error)
            }
            guard pair.0 <= pair.1 else { throw .unwritable(path: UnnamedFile.folder, .ioError) }
            return Int(pair.0)..<Int(pair.1)
        }
    }
}
