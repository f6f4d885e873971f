import ArgumentParser
import ContentStore
import DatasetFormats

struct Reindex: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex", abstract: "Make the index again from the objects and names.",
        discussion: """
            index.sqlite is only a cache of what objects and names say; this removes it and makes it anew.

            Example: ds reindex
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        _ = try StoreIndex.rebuild(of: store)
        if output.json { Terminal.print(["reindexed": .bool(true)]) } else { Terminal.print("made the index again") }
    }
}
