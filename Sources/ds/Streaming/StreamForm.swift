import ArgumentParser
import StreamingLoader

/// What a stream's items are.
enum StreamForm: String, CaseIterable, ExpressibleByArgument {
    case rows, conversations, tokens
}

/// How a stream is written.
enum StreamFormat: String, CaseIterable, ExpressibleByArgument {
    case jsonl, arrow
}

/// In which order a stream goes through an epoch.
enum StreamOrder: String, CaseIterable, ExpressibleByArgument {
    case shuffled, sequential, blocks
}

/// Which side of the split a stream takes.
enum StreamSplit: String, CaseIterable, ExpressibleByArgument {
    case train, evaluation
}

extension BatchPlan.Ending: ExpressibleByArgument {}
extension DatasetMixture.Strategy: ExpressibleByArgument {}
