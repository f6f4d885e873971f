import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry

struct Update: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Make a fork again from a newer version of what it was made from.",
        discussion: """
            The same values are filled in; the result is a new version under the fork's name.

            Example: ds update identity_fofabot
            """)

    @Argument(help: "The fork.") var name: String
    @Option(help: "The data set to make it from; else the one it was made from.") var from: String?
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        let name = try ReferenceName(name)
        Interruption.watch()
        let line = ProgressLine("updating \(name)")
        let outcome = try DatasetUpdater(store).update(name, from: try from.map { try ReferenceName($0) }) {
            rows, total in
            try Interruption.check()
            line.update(done: rows, total: total, details: Format.count(rows, "row"))
        }
        line.clear()
        switch outcome {
        case .isCurrent(let parent):
            if output.json {
                Terminal.print(["name": .string(name.text), "updated": .bool(false), "parent": .string(parent)])
            } else {
                Terminal.print("\(name) is made from \(parent) already; nothing to do")
            }
        case .updated(let forked, let parent):
            if output.json {
                var object = Fork.json(forked, parent: parent)
                object["updated"] = .bool(true)
                Terminal.print(object)
            } else {
                Fork.print(forked, parent: parent)
            }
        }
    }
}
