import ArgumentParser
import ConformanceSuites
import SystemPackage

/// Runs one conformance suite on a folder and says how it went.
@main
struct Conformance: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Compare what ds computes with what the reference programs computed.",
        discussion: "Example: tools/conformance parity ../shared/data/parity")

    enum Suite: String, ExpressibleByArgument, CaseIterable {
        case parity, sft, convert, tokenizers, parquet, arrow, architectures
        case chatTemplates = "chat-templates"
        case jinjaLanguage = "jinja-language"
        case namedTemplates = "named-templates"
    }

    @Argument(help: "The suite.") var suite: Suite
    @Argument(help: "A folder laid out as the suite's own under shared/data.") var folder: String
    @Option(help: "The GGUF file of SmolLM2-135M-Instruct, for suites that need it.") var model: String?
    @Option(help: "The GGUF file of Gemma 3 270M, for goldens of its tokenizer.") var gemmaModel: String?
    @Option(help: "Where data sets and tokenizers lie that the folder speaks of and does not hold.")
    var sharedData = "../shared/data"
    @Option(help: "Threads.") var threads = 2

    func run() throws {
        let folder = FilePath(folder)
        let surroundings = ConformanceSurroundings(
            folder: folder, sharedData: FilePath(sharedData), model: model.map { FilePath($0) },
            gemmaModel: gemmaModel.map { FilePath($0) }, threadCount: threads)
        var chosen: any ConformanceSuite =
            switch suite {
            case .parity: try ParitySuite(folder: folder, surroundings: surroundings)
            case .chatTemplates: try ChatTemplatesSuite(folder: folder, surroundings: surroundings)
            case .jinjaLanguage: try JinjaLanguageSuite(folder: folder, surroundings: surroundings)
            case .namedTemplates: try NamedTemplatesSuite(folder: folder, surroundings: surroundings)
            case .tokenizers: try TokenizersSuite(folder: folder, surroundings: surroundings)
            case .sft: try SFTSuite(folder: folder, surroundings: surroundings)
            case .convert: try ConvertSuite(folder: folder, surroundings: surroundings)
            case .parquet: try ParquetSuite(folder: folder, surroundings: surroundings)
            case .arrow: try ArrowSuite(folder: folder, surroundings: surroundings)
            case .architectures: try ArchitecturesSuite(folder: folder, surroundings: surroundings)
            }
        let report = try chosen.run()
        for failure in report.failures { print(failure) }
        for skipped in report.skipped { print(skipped) }
        print(report.summary)
        if !report.failures.isEmpty { throw ExitCode(1) }
    }
}
