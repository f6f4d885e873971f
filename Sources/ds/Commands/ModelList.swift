import ArgumentParser
import ContentStore
import DatasetFormats

struct ModelList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the models of the store.", discussion: "Example: ds model list")

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        let named = try NamedThings(.model, in: store) { (_, id) throws(ContentStoreError) in
            try ModelShow.manifest(id, in: store)
        }
        let models = named.found
        if output.json {
            Terminal.print(
                .array(models.map { .object(ModelShow.json($0.name.text, $0.current.manifest, $1)) }))
            return try named.reportProblems()
        }
        if named.isEmpty { Terminal.note("the store has no models; get one: tools/fetch-model smollm2") }
        var table = Table([("MODEL", .left), ("SIZE", .right), ("PARAMETERS", .right), ("FILES", .right)])
        for (reference, manifest) in models {
            table.add([
                reference.name.text, Format.bytes(manifest.bytes), ModelShow.parameters(manifest),
                "\(manifest.files.count)",
            ])
        }
        if !models.isEmpty { Terminal.print(table.text) }
        try named.reportProblems()
    }
}
