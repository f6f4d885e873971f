import ArgumentParser
import ContentStore
import DatasetFormats

struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove a name with all its versions.",
        discussion: """
            The name is gone at once. The bytes stay in the store, for other names may share them.

            Examples:
                ds remove identity_fofabot
                ds remove runs/fofabot models/smollm2
            """)

    @Argument(help: "Data sets; runs/NAME, models/NAME.") var names: [String]
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        var references: [Reference] = []
        for name in try names.map({ try KindedName($0) }) {
            let reference = try store.references.get(name.kind, name.name)
            if !references.contains(reference) { references.append(reference) }
        }
        try store.write { writer in
            for reference in references { writer.remove(reference.kind, reference.name) }
        }
        if output.json {
            let removed = references.map { JSONValue.string("\($0.kind.rawValue)s/\($0.name)") }
            Terminal.print(["removed": .array(removed)])
        } else {
            for reference in references { Terminal.print("removed \(reference.kind.rawValue) \(reference.name)") }
        }
    }
}
