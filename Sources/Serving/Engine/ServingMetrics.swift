import Synchronization

/// What an engine counts, in Prometheus's terms.
public final class ServingMetrics: Sendable {
    struct Histogram {
        let bounds: [Double]
        var counts: [Int]
        var sum = 0.0
        var count = 0

        init(_ bounds: [Double]) {
            self.bounds = bounds
            counts = bounds.map { _ in 0 }
        }

        mutating func add(_ value: Double) {
            sum += value
            count += 1
            for (index, bound) in bounds.enumerated() where value <= bound { counts[index] += 1 }
        }
    }

    struct State {
        var requests: [String: Int] = [:]
        var promptTokens = 0
        var generatedTokens = 0
        var waiting = 0
        var running = 0
        var passes = 0
        var timeToFirstToken = Histogram([0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30])
        var duration = Histogram([0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120])
    }

    private let state = Mutex(State())

    public init() {}

    func update(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }

    /// The text exposition format, version 0.0.4.
    public var prometheusText: String {
        state.withLock { state in
            var text = ""
            func family(_ name: String, _ type: String, _ help: String, _ samples: [(String, String)]) {
                text += "# HELP ds_\(name) \(help)\n# TYPE ds_\(name) \(type)\n"
                for (suffix, value) in samples { text += "ds_\(name)\(suffix) \(value)\n" }
            }
            family(
                "requests_total", "counter", "Answers by how they ended.",
                ["stop", "length", "cancelled", "rejected", "failed"].map {
                    ("{ending=\"\($0)\"}", "\(state.requests[$0] ?? 0)")
                })
            family("prompt_tokens_total", "counter", "Tokens read.", [("", "\(state.promptTokens)")])
            family("generated_tokens_total", "counter", "Tokens written.", [("", "\(state.generatedTokens)")])
            family("passes_total", "counter", "Passes through the model.", [("", "\(state.passes)")])
            family("requests_waiting", "gauge", "Requests in the queue.", [("", "\(state.waiting)")])
            family("requests_running", "gauge", "Requests in the batch.", [("", "\(state.running)")])
            for (name, help, histogram) in [
                ("time_to_first_token_seconds", "From the request to its first token.", state.timeToFirstToken),
                ("request_duration_seconds", "From the request to the end of its answer.", state.duration),
            ] {
                var samples = zip(histogram.bounds, histogram.counts).map { ("_bucket{le=\"\($0)\"}", "\($1)") }
                samples.append(("_bucket{le=\"+Inf\"}", "\(histogram.count)"))
                samples += [("_sum", "\(histogram.sum)"), ("_count", "\(histogram.count)")]
                family(name, "histogram", help, samples)
            }
            return text
        }
    }
}
