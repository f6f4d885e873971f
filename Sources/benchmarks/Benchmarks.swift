import ArgumentParser

/// Measures how fast parts of the library are.
@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks", abstract: "Measure how fast parts of ds are.",
        subcommands: [
            ColumnsBenchmark.self, GenerationBenchmark.self, StreamBenchmark.self, TemplatesBenchmark.self,
            TokenizersBenchmark.self,
        ])
}
