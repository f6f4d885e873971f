import ArgumentParser
import ContentStore
import DatasetFormats
import StreamingLoader

struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize", abstract: "Make a data set's tokens for a model, and keep them in the store.",
        discussion: """
            ds train does so by itself; done before, training begins at once. What is kept can always be made again: \
            ds gc takes tokens away whose data set has gone, and with --derived all of them. Under mpirun or srun the \
            ranks share the work, and the first writes.

            Examples:
                ds tokenize identity --model smollm2
                mpirun -n 4 ds tokenize mine --model smollm2 --cutoff-len 512
            """)

    @Argument(help: "The data set, or NAME@2 for its second version.") var dataset: String
    @OptionGroup(title: "Encoding") var encoding: EncodingSettings
    @Flag(help: "Make them anew, also where they are there.") var again = false
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        Interruption.watch()
        let store = try store.open()
        let work = try MPIJob.join()
        let dataset = try store.dataset(dataset)
        let encoding = try encoding.encoding(in: store)
        let tokens = try DatasetTokens(
            dataset, model: encoding.files, template: encoding.template, templateText: encoding.options.template,
            tokenizer: encoding.pretrained.tokenizer, options: encoding.options.encoderOptions, in: store)
        try work.communicator?.requireSame(Array(try tokens.recipe.id().hex.utf8), what: "model, data or settings")
        let found = work.isFirst && !again ? try tokens.find() : nil
        let isKept = try work.agree(found != nil)
        if !isKept {
            let line = ProgressLine("making tokens")
            defer { line.clear() }
            let made = try tokens.make(threadCount: compute.threadCount, isAgain: again, sharing: work) {
                try Interruption.check()
                line.update(done: $0, total: $1, details: Format.count($0, "row"))
            }
            report(dataset.name, made, isNew: true)
        } else if let found {
            report(dataset.name, found, isNew: false)
        }
        try MPIJob.leave()
    }

    private func report(_ name: String, _ rows: TokenizedRows, isNew: Bool) {
        if output.json {
            Terminal.print([
                "dataset": .string(name), "rows": .int(rows.rowCount), "sequences": .int(rows.sequenceCount),
                "tokens": .int(rows.tokenCount), "is_new": .bool(isNew),
            ])
            return
        }
        Terminal.print(
            "\(name): \(Format.count(rows.tokenCount)) tokens in \(Format.count(rows.sequenceCount, "sequence"))"
                + (isNew ? "" : ", kept before"))
    }
}
