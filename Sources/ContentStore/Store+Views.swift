import Foundation
import SystemPackage

/// Files of a manifest as programs open them.
extension Store {
    /// Where a model's files can be opened: the object itself, or a folder of links to objects. Every byte is
    /// compared with its witness first.
    public func modelPath(_ id: ObjectID) throws(ContentStoreError) -> FilePath {
        try hold(id)
        guard case .model(let manifest) = try manifest(id) else {
            throw .malformedManifest(id: id, problem: "is no model's")
        }
        for file in manifest.files { try objects.check(file.object) }
        if !manifest.isFolder, let file = manifest.files.first { return objects.path(of: file.object.id) }
        return try view(of: manifest.files, id: id)
    }

    /// A run's adapter folder, as links to objects that were compared with their witnesses.
    public func adapterPath(_ id: ObjectID) throws(ContentStoreError) -> FilePath {
        try hold(id)
        guard case .run(let manifest) = try manifest(id) else {
            throw .malformedManifest(id: id, problem: "is no run's")
        }
        for file in manifest.files { try objects.check(file.object) }
        return try view(of: manifest.files, id: id)
    }

    private func view(of files: [StoredFile], id: ObjectID) throws(ContentStoreError) -> FilePath {
        let place = viewFolder.appending(id.hex)
        if FileSystem.exists(place) { return place }
        // Beside its place, not in tmp: a writer may sweep that at any moment.
        let staged = viewFolder.appending(".\(UUID().uuidString)")
        do {
            try FileSystem.createFolder(staged)
            for file in files {
                let object = file.object.id.hex
                let target = "../../objects/\(object.prefix(2))/\(object.dropFirst(2))"
                try FileSystem.symlink(target, at: staged.appending(file.name))
            }
            try FileSystem.rename(staged, to: place)
        } catch {
            try FileSystem.removeTree(staged)
            // Another process may have made the same view first.
            guard FileSystem.exists(place) else { throw error }
        }
        return place
    }
}
