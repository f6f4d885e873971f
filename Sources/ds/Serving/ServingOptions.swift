import ArgumentParser
import Foundation
import LanguageModels
import Serving
import WebServer

/// Where a server listens and how much it takes on; the same for `ds serve` and `ds web`.
struct ServingOptions: ParsableArguments {
    @Option(help: "The address to listen on. Beyond this machine it demands a token.") var host = "127.0.0.1"
    @Option(
        help: ArgumentHelp(
            "What clients have to send as a bearer token; beyond this machine one is made up where none is given.",
            valueName: "TOKEN"))
    var token: String?
    @Option(
        help: ArgumentHelp("A name that clients may call this server by; may be given often.", valueName: "NAME"))
    var allowHost: [String] = []
    @Option(help: "Most answers that are made at once.") var batch = 8
    @Option(help: "Most requests that wait; more are told to come again.") var queue = 64
    @Option(help: "Tokens that all answers under way may have together, prompts included.") var cacheTokens = 8192
    @Option(help: "Compute in bfloat16: true or false, which rounds nothing. (the fastest)")
    var bf16: Bool?

    func validate() throws {
        guard (1...256).contains(batch) else { throw ValidationError("--batch is from 1 to 256") }
        guard (0...100_000).contains(queue) else { throw ValidationError("--queue is from 0 to 100000") }
        guard cacheTokens >= 64 else { throw ValidationError("--cache-tokens is 64 or more") }
        if let token {
            let isPlain = token.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3B && $0 != 0x2C && $0 != 0x22 }
            guard token.utf8.count >= 8, isPlain else {
                throw ValidationError("--token is 8 or more printable characters without space, quote, comma or ;")
            }
        }
    }

    func server(port: Int) -> ServerOptions {
        let isLocal = ServerOptions.isLoopback(host)
        return ServerOptions(
            host: host, port: port, token: token ?? (isLocal ? nil : Self.randomToken()),
            allowedHosts: Set(allowHost.map { $0.lowercased() }))
    }

    var engine: InferenceEngine.Options {
        var options = InferenceEngine.Options()
        options.batchSize = batch
        options.queueLimit = queue
        options.cacheTokens = cacheTokens
        return options
    }

    /// 192 bits from the system's generator.
    private static func randomToken() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<48).map { _ in String(UInt8.random(in: 0..<16, using: &random), radix: 16) }.joined()
    }
}
