import SystemPackage

/// Moves names, all or none: whatever may fail comes before the first of them moves, and where there are several an
/// intent is written down, from which the move is finished if it is interrupted.
struct NameMover {
    let references: ReferenceFolder
    /// For files that are not in place yet.
    let stagingFolder: FilePath

    private struct Staged {
        let path: FilePath
        /// nil for a name that goes.
        let file: FilePath?
    }

    func move(_ moves: [NameMove]) throws(ContentStoreError) {
        let staged = try stage(moves)
        guard moves.count > 1 else { return try place(staged, of: moves) }
        let intent = stagingFolder.appending("intent")
        try FileSystem.write(try MoveIntent(moves: moves).bytes(), to: intent)
        try FileSystem.synchronise(intent)
        try FileSystem.rename(intent, to: references.intentPath)
        try FileSystem.synchronise(references.root)
        do {
            try finish(staged, of: moves)
        } catch {
            // The names have moved for all who read: what could not be put in place now, the next writer will.
            guard case .system = error else { throw error }
        }
    }

    /// Finishes what a writer that died has begun.
    func finish(_ intent: MoveIntent) throws(ContentStoreError) {
        try finish(try stage(intent.moves), of: intent.moves)
    }

    private func finish(_ staged: [Staged], of moves: [NameMove]) throws(ContentStoreError) {
        try place(staged, of: moves)
        try FileSystem.remove(references.intentPath)
        try FileSystem.synchronise(references.root)
    }

    private func stage(_ moves: [NameMove]) throws(ContentStoreError) -> [Staged] {
        var staged: [Staged] = []
        for (index, move) in moves.enumerated() {
            try FileSystem.createFolder(references.folder(move.kind))
            var file: FilePath?
            if let reference = move.reference {
                let path = stagingFolder.appending("name-\(index)")
                try FileSystem.write(Array(reference.text.utf8), to: path)
                try FileSystem.synchronise(path)
                file = path
            }
            staged.append(Staged(path: references.path(move.kind, move.name), file: file))
        }
        return staged
    }

    private func place(_ staged: [Staged], of moves: [NameMove]) throws(ContentStoreError) {
        for item in staged {
            if let file = item.file {
                try FileSystem.rename(file, to: item.path)
            } else {
                try FileSystem.remove(item.path)
            }
        }
        for folder in Set(moves.map { references.folder($0.kind).string }).sorted() {
            try FileSystem.synchronise(FilePath(folder))
        }
    }
}
