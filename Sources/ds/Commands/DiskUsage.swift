import ArgumentParser
import ContentStore
import DatasetFormats

struct DiskUsage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "du",
        abstract: "Show what takes how much space: what each name shares, and what is its own.",
        discussion: """
            OWN is what removing the name would free; SHARED is what other names need as well. All versions count.

            Example: ds du
            """)

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let usage = try StoreUsage(of: try store.open())
        if output.json { Terminal.print(Self.json(usage)) } else { Self.print(usage) }
    }

    private static func print(_ usage: StoreUsage) {
        if !usage.names.isEmpty {
            var table = Table([
                ("NAME", .left), ("KIND", .left), ("VERSIONS", .right), ("SIZE", .right), ("OWN", .right),
                ("SHARED", .right),
            ])
            for name in usage.names {
                table.add([
                    name.name.text, name.kind.rawValue, "\(name.versions)", Format.bytes(name.bytes),
                    Format.bytes(name.ownBytes), Format.bytes(name.sharedBytes),
                ])
            }
            Terminal.print(table.text + "\n")
        }
        Terminal.print("objects  \(Format.bytes(usage.objectBytes)) in \(Format.count(usage.objectCount, "object"))")
        if usage.unreachableCount > 0 {
            Terminal.print(
                "unneeded \(Format.bytes(usage.unreachableBytes)) in"
                    + " \(Format.count(usage.unreachableCount, "object")); ds gc frees them")
        }
        Terminal.print("index    \(Format.bytes(usage.indexBytes))")
        if usage.stagedBytes > 0 { Terminal.print("staged   \(Format.bytes(usage.stagedBytes))") }
    }

    private static func json(_ usage: StoreUsage) -> JSONObject {
        [
            "names": .array(
                usage.names.map { name in
                    .object([
                        "kind": .string(name.kind.rawValue), "name": .string(name.name.text),
                        "versions": .int(name.versions), "bytes": .int(name.bytes), "own_bytes": .int(name.ownBytes),
                        "shared_bytes": .int(name.sharedBytes),
                    ])
                }),
            "objects": .int(usage.objectCount), "object_bytes": .int(usage.objectBytes),
            "unreachable_objects": .int(usage.unreachableCount), "unreachable_bytes": .int(usage.unreachableBytes),
            "index_bytes": .int(usage.indexBytes), "staged_bytes": .int(usage.stagedBytes),
        ]
    }
}
