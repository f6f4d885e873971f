import ArgumentParser
import CFileSystem
import Foundation

/// Runs the command, and turns what went wrong into a message and an exit code.
@main
enum Main {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        cfilesystem_report_lost_mappings(
            "ds: ", ": became shorter while it was read, or its disk failed; try again when nobody writes to it\n",
            ExitStatus.machineFailed.rawValue)
        Interruption.unblock()
        do {
            var command = try DS.parseAsRoot(arguments(CommandLine.arguments.dropFirst()))
            try command.run()
        } catch {
            let status = report(error)
            MPIJob.abandon(because: error, code: status.rawValue)
            exit(status.rawValue)
        }
    }

    /// LLaMA-Factory's users write `--learning_rate`; here it is `--learning-rate`, and both are understood.
    static func arguments(_ given: some Sequence<String>) -> [String] {
        given.map { argument in
            guard argument.hasPrefix("--") else { return argument }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0].map { $0 == "_" ? "-" : $0 })
            return parts.count == 2 ? "\(name)=\(parts[1])" : name
        }
    }

    private static func report(_ error: any Error) -> ExitStatus {
        if let code = error as? ExitCode { return ExitStatus(rawValue: code.rawValue) ?? .machineFailed }
        if error is any ClassifiedError || error is Interruption {
            Terminal.alarm("ds: \(error)")
            return ExitStatus(of: error)
        }
        let code = DS.exitCode(for: error)
        let message = DS.fullMessage(for: error)
        // Help and the version are asked for; every other message of the parser's is about wrong use.
        if code == .success {
            Terminal.print(message)
            return .done
        }
        Terminal.alarm(message)
        return code == .validationFailure ? .wrongUse : ExitStatus(of: error)
    }
}
