import ArgumentParser

/// Measures speed by hand; `tools/bench` runs it beside the peers.
@main
struct Benchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "benchmarks", abstract: "Measure speed.", subcommands: [TokenizersBenchmark.self])
}
