import ArgumentParser
import ContentStore
import DatasetFormats

struct Rename: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename", abstract: "Give a name with all its versions and tags another name.",
        discussion: """
            Examples:
                ds rename identity_fofabot fofabot
                ds rename runs/first runs/fofabot
            """)

    @Argument(help: "The name; runs/NAME, models/NAME.") var name: String
    @Argument(help: "The new name.") var newName: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        let named = try KindedName(name)
        if let selector = named.selector {
            throw CommandError.invalidMapping(
                option: "name", text: name, problem: "a name is renamed with all its versions, without \(selector)")
        }
        let reference = try store.write { writer in
            let reference = try named.resolve(in: store)
            try writer.rename(reference.kind, reference.name, to: try target(of: reference.kind))
            return reference
        }
        let renamed = try target(of: reference.kind)
        if output.json {
            Terminal.print([
                "kind": .string(reference.kind.rawValue), "from": .string(reference.name.text),
                "to": .string(renamed.text), "versions": .int(reference.versions.count),
            ])
        } else {
            Terminal.print("\(reference.kind.rawValue) \(reference.name) is now \(renamed)")
        }
    }

    /// The new name may be written as the old one is, with its kind.
    private func target(of kind: ReferenceKind) throws -> ReferenceName {
        let prefix = "\(kind.rawValue)s/"
        return try ReferenceName(newName.hasPrefix(prefix) ? String(newName.dropFirst(prefix.count)) : newName)
    }
}
