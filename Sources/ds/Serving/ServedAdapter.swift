import ContentStore
import SystemPackage

/// An adapter that a server was started with.
struct ServedAdapter {
    let text: String
    let folder: FilePath
    let note: RunNote?

    /// - Parameter text: a folder as PEFT writes it, or a run of the store.
    init(_ text: String, in store: Store) throws {
        self.text = text
        folder = try AdapterFolder.find(text, in: store)
        note = try RunNote(folder: folder) ?? AdapterFolder.note(of: text, in: store)
    }
}
