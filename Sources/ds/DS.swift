import ArgumentParser

/// `ds`: from a file of examples to a model that knows them.
///
/// Each command says its name itself: to find it from the type's, as the parser does for want of one, takes a quarter of
/// the time to start, for all commands each time.
struct DS: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ds",
        abstract: "From a file of examples to a model that knows them.",
        discussion: """
            Example: the whole way, from the data set that ships with ds to a model that says who it is.

                ds init
                ds add identity
                ds fork identity --set NAME=FOFABot --set AUTHOR=HuaShunXinAn
                ds verify
                ds train --model smollm2 --dataset identity_fofabot --out runs/fofabot
                ds chat --adapter runs/fofabot "Who are you?"

            Exit codes: 0 done, 1 the answer is no, 2 wrong use, 3 bad input, 4 the machine failed.
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(name: "Bring data in:", subcommands: [Init.self, Add.self, Fork.self, Update.self]),
            CommandGroup(
                name: "Look at it:",
                subcommands: [
                    List.self, Show.self, Preview.self, Stats.self, Check.self, Diff.self, Log.self, DiskUsage.self,
                ]),
            CommandGroup(name: "Put names in order:", subcommands: [Tag.self, Rename.self, Remove.self]),
            CommandGroup(
                name: "Keep it safe:",
                subcommands: [Verify.self, Restore.self, Doctor.self, CollectGarbage.self, Reindex.self]),
            CommandGroup(
                name: "Take it out:",
                subcommands: [Export.self, Convert.self, Stream.self, Merge.self, Adapter.self]),
            CommandGroup(
                name: "Teach a model:",
                subcommands: [
                    Model.self, Templates.self, Tokenize.self, Train.self, Evaluate.self, Generate.self, Chat.self,
                ]),
            CommandGroup(name: "Share it:", subcommands: [Web.self, Serve.self]),
            CommandGroup(name: "Set up the shell:", subcommands: [Completions.self]),
        ])
}
