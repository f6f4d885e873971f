import DatasetFormats
import Synchronization

/// The memory for rows that are read ahead. One group of batches has it at a time.
final class RowSpace: Sendable {
    private let byteCount: Int
    private let state = Mutex(State.unmade)

    private enum State {
        case unmade
        case free(SharedBytes)
        case taken
    }

    init(byteCount: Int) { self.byteCount = byteCount }

    /// - Returns: nil where another group has it, or the system has none.
    func take() -> SharedBytes? {
        state.withLock { state in
            let bytes: SharedBytes? =
                switch state {
                case .unmade: SharedBytes(byteCount: byteCount)
                case .free(let bytes): bytes
                case .taken: nil
                }
            if bytes != nil { state = .taken }
            return bytes
        }
    }

    func giveBack(_ bytes: SharedBytes) {
        bytes.removeAll()
        state.withLock { $0 = .free(bytes) }
    }
}
