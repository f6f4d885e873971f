/// Several examples in one sequence, padded to its length.
public struct PackedExample: Sendable, Hashable {
    public let tokenIDs: [Int32]
    public let labels: [Int32]
    /// Each token's place in its own example; 0 in the padding.
    public let positions: [Int32]
    /// Each token's example, counted from 1; 0 in the padding.
    public let documents: [Int32]

    /// - Parameters:
    ///   - length: at least what the examples have together.
    ///   - paddingID: what fills the rest.
    public init(_ examples: [TrainingExample], length: Int, paddingID: Int32) {
        let padding = length - examples.reduce(0) { $0 + $1.count }
        precondition(padding >= 0)
        func fill(_ value: Int32) -> [Int32] { [Int32](repeating: value, count: padding) }
        tokenIDs = examples.flatMap(\.tokenIDs) + fill(paddingID)
        labels = examples.flatMap(\.labels) + fill(TrainingExample.ignoredLabel)
        positions = examples.flatMap { Array(0..<Int32($0.count)) } + fill(0)
        documents = examples.enumerated().flatMap { [Int32](repeating: Int32($0 + 1), count: $1.count) } + fill(0)
    }
}
