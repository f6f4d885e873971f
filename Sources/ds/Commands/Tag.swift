import ArgumentParser
import ContentStore
import DatasetFormats

struct Tag: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Give a version a word to find it by, and to keep it for good.",
        discussion: """
            A tag is on one version of a name; given again, it moves. NAME@TAG is that version wherever NAME@2 may stand. \
            No policy of ds gc gives up a version with a tag.

            Examples:
                ds tag identity@2 reviewed
                ds tag identity released             the current version
                ds tag --delete identity reviewed
            """)

    @Argument(help: "NAME, or NAME@2; runs/NAME and models/NAME too.") var name: String
    @Argument(help: "The tag: letters, digits, _, - and ., but not digits alone.") var tag: String
    @Flag(help: "Take the tag away.") var delete = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        let named = try KindedName(name)
        let tag = try VersionTag(tag)
        let (reference, number) = try store.write { writer in
            let reference = try named.resolve(in: store)
            // A tag that is to go must be there.
            let number = try reference.version(delete ? .tag(tag) : named.selector ?? .current).number
            writer.tag(reference.kind, reference.name, version: delete ? nil : number, as: tag)
            return (reference, number)
        }
        if output.json {
            Terminal.print([
                "kind": .string(reference.kind.rawValue), "name": .string(reference.name.text),
                "version": .int(number), "tag": .string(tag.text), "deleted": .bool(delete),
            ])
        } else if delete {
            Terminal.print("took the tag \(tag) off \(reference.kind.rawValue) \(reference.name)@\(number)")
        } else {
            Terminal.print("\(reference.name)@\(tag) is now \(reference.kind.rawValue) \(reference.name)@\(number)")
        }
    }
}
