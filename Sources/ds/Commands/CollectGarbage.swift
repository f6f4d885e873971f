import ArgumentParser
import ContentStore
import DatasetFormats

struct CollectGarbage: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Free what no name needs any more.",
        discussion: """
            Every version of every name is kept, unless a policy says otherwise; the current version and those with a tag \
            always are. What a running command reads is kept, too.

            Examples:
                ds gc --dry-run                      what would go
                ds gc
                ds gc --derived                      and give up tokens, which training makes again
                ds gc --keep-versions 3 --keep-days 30   and give up older versions that neither keeps
            """)

    @Flag(help: "Only say what would go.") var dryRun = false
    @Option(help: "Keep so many versions of each name; older ones are given up.") var keepVersions: Int?
    @Option(help: "Keep versions of the last so many days; older ones are given up.") var keepDays: Int?
    @Flag(help: "Give up all that can be made again, such as tokens.") var derived = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let keepVersions, keepVersions < 1 { throw ValidationError("--keep-versions is 1 or more") }
        if let keepDays, keepDays < 0 { throw ValidationError("--keep-days is 0 or more") }
    }

    func run() throws {
        let store = try store.open()
        let collector = Collector(
            store, policy: RetentionPolicy(versions: keepVersions, days: keepDays, dropsDerived: derived))
        let collection = dryRun ? try collector.plan() : try run(collector)
        if output.json { Terminal.print(json(collection)) } else { print(collection) }
    }

    private func run(_ collector: Collector) throws -> Collector.Collection {
        Interruption.watch()
        let line = ProgressLine("collecting")
        defer { line.clear() }
        var isSettling = false
        do {
            return try collector.run(
                settling: { seconds in
                    try Interruption.check()
                    if !isSettling {
                        Terminal.note("other hosts may share this store: waiting \(Int(seconds)) s until they know")
                        isSettling = true
                    }
                    line.show("waiting until other hosts know: \(Int(seconds)) s left")
                },
                progress: { done, total in
                    try Interruption.check()
                    line.update(done: done, total: total, details: Format.count(done, "object"))
                })
        } catch is Interruption {
            Terminal.note("ds: interrupted; what is gone nobody needed, and ds gc goes on with the rest")
            throw ExitCode(ExitStatus.interrupted.rawValue)
        }
    }

    private func print(_ collection: Collector.Collection) {
        let (drop, free) = dryRun ? ("would give up", "would free") : ("gave up", "freed")
        for item in collection.dropped { Terminal.print("\(drop) \(item.kind.rawValue) \(item.name)@\(item.version)") }
        for item in collection.droppedNames { Terminal.print("\(drop) \(item.kind.rawValue) \(item.name)") }
        if dryRun {
            for item in collection.removed { Terminal.print("would remove \(item.id), \(Format.bytes(item.bytes))") }
        }
        if collection.heldCount > 0 {
            Terminal.print("kept for running commands: \(Format.count(collection.heldCount, "manifest"))")
        }
        Terminal.print(
            "\(free) \(Format.bytes(collection.removedBytes)) in \(Format.count(collection.removed.count, "object"));"
                + " \(Format.bytes(collection.keptBytes)) in \(Format.count(collection.keptCount, "object")) are needed"
        )
    }

    private func json(_ collection: Collector.Collection) -> JSONObject {
        [
            "dry_run": .bool(dryRun),
            "dropped": .array(
                collection.dropped.map {
                    .object([
                        "kind": .string($0.kind.rawValue), "name": .string($0.name.text), "version": .int($0.version),
                    ])
                }),
            "dropped_names": .array(
                collection.droppedNames.map {
                    .object(["kind": .string($0.kind.rawValue), "name": .string($0.name.text)])
                }),
            "removed": .array(
                collection.removed.map { .object(["object": .string($0.id.hex), "bytes": .int($0.bytes)]) }),
            "removed_bytes": .int(collection.removedBytes), "kept_objects": .int(collection.keptCount),
            "kept_bytes": .int(collection.keptBytes), "held_manifests": .int(collection.heldCount),
        ]
    }
}
