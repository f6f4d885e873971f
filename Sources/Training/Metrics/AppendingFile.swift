import SystemPackage

/// A file that grows at its end.
final class AppendingFile {
    private let path: FilePath
    private let descriptor: FileDescriptor

    /// - Parameter isNew: whether what the file held before is dropped.
    init(path: FilePath, isNew: Bool) throws(TrainingError) {
        self.path = path
        do {
            descriptor = try FileDescriptor.open(
                path, .writeOnly,
                options: isNew ? [.create, .truncate, .closeOnExec] : [.create, .append, .closeOnExec],
                permissions: .init(rawValue: 0o644))
        } catch {
            throw .unwritable(path: path, problem: "\(error)")
        }
    }

    func append(_ bytes: [UInt8]) throws(TrainingError) {
        do {
            try descriptor.writeAll(bytes)
        } catch {
            throw .unwritable(path: path, problem: "\(error)")
        }
    }

    deinit {
        // Every write has been answered; closing has nothing left to lose.
        try? descriptor.close()
    }
}
