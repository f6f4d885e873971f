import ContentStore
import SystemPackage

/// An adapter that a person means, and the model that it goes on.
struct AdapterChoice {
    let folder: FilePath
    let model: ModelFiles

    /// - Parameters:
    ///   - text: a folder in PEFT's layout, or a run of the store.
    ///   - model: a model's name or path; else the very one that the adapter was made for, else the store's only one.
    init(_ text: String, model name: String?, in store: Store) throws {
        folder = try AdapterFolder.find(text, in: store)
        let note = try RunNote(folder: folder) ?? AdapterFolder.note(of: text, in: store)
        if name == nil, let note {
            model = try ModelFiles(recordedIn: note, adapter: text, store: store)
            return
        }
        model = try ModelFiles(name ?? AdapterFolder.baseModel(folder), in: store)
        if let note, !model.isRecorded(in: note) {
            Terminal.note("warning: the adapter was made for \(note.modelName ?? "another model"), whose bytes differ")
        }
    }
}
