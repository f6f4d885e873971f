import ArgumentParser
import ContentStore
import SystemPackage

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a store in a folder.",
        discussion: """
            The store is a folder .ds, found from any folder below it. Where there is one already, nothing is changed.

            Example: ds init
            """)

    @Argument(help: "The folder to make it in.") var folder = "."
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let root =
            store.named
            ?? StoreOptions.workingFolder.pushing(FilePath(folder)).lexicallyNormalized().appending(Store.folderName)
        let isNew: Bool
        do {
            _ = try Store.create(at: root)
            isNew = true
        } catch {
            guard case .storeExists = error else { throw error }
            _ = try Store(opening: root)
            isNew = false
        }
        if output.json {
            Terminal.print(["store": .string(root.string), "created": .bool(isNew)])
        } else {
            Terminal.print(isNew ? "made the store \(root)" : "\(root) is a store already")
        }
    }
}
