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
        case parity
    }

    @Argument(help: "The suite.") var suite: Suite
    @Argument(help: "A folder laid out as the suite's own under shared/data.") var folder: String
    @Option(help: "The GGUF file of the model that the folder is about.") var model: String
    @Option(help: "Threads.") var threads = 2

    func run() throws {
        let report: ConformanceReport
        switch suite {
        case .parity:
            var suite = try ParitySuite(folder: FilePath(folder), model: FilePath(model), threadCount: threads)
            report = try suite.run()
        }
        for failure in report.failures { print(failure) }
        print(report.summary)
        if !report.failures.isEmpty { throw ExitCode(1) }
    }
}
