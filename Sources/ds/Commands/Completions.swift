import ArgumentParser

extension CompletionShell: @retroactive ExpressibleByArgument {}

struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the completion script of a shell.",
        discussion: "Example: ds completions bash > ~/.local/share/bash-completion/completions/ds")

    @Argument(help: "bash, zsh or fish.") var shell: CompletionShell

    func run() throws { Terminal.print(DS.completionScript(for: shell)) }
}
