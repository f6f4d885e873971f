import ArgumentParser
import ContentStore
import DatasetFormats

struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a name with all its versions, or one version of it.",
        discussion: """
            The name is gone at once. The bytes stay in the store until ds gc collects what no other name shares.

            Examples:
                ds remove identity_fofabot
                ds remove identity@2                 one version; the others keep their numbers
                ds remove runs/fofabot models/smollm2
            """)

    @Argument(help: "Data sets; runs/NAME, models/NAME; each with @2 or @TAG for one version.") var names: [String]
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    /// A name, and the version that goes; nil for all of it.
    private struct Target: Hashable {
        let reference: Reference
        let version: Int?

        var text: String { "\(reference.name)\(version.map { "@\($0)" } ?? "")" }
    }

    func run() throws {
        let store = try store.open()
        let targets = try store.write { writer in
            var targets: [Target] = []
            for name in try names.map({ try KindedName($0) }) {
                let reference = try store.references.get(name.kind, name.name)
                let version = try name.selector.map { try reference.version($0).number }
                let target = Target(reference: reference, version: version)
                if !targets.contains(target) { targets.append(target) }
            }
            for target in targets {
                if let version = target.version {
                    writer.drop(target.reference.kind, target.reference.name, version: version)
                } else {
                    writer.remove(target.reference.kind, target.reference.name)
                }
            }
            return targets
        }
        if output.json {
            let removed = targets.map { JSONValue.string("\($0.reference.kind.rawValue)s/\($0.text)") }
            Terminal.print(["removed": .array(removed)])
        } else {
            for target in targets { Terminal.print("removed \(target.reference.kind.rawValue) \(target.text)") }
        }
    }
}
