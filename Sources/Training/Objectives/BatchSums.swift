/// Adds numbers up over the processes that share a batch: what a loss needs to know of all of it.
///
/// Collective: every process asks for the same sums in the same order, those without a row too.
struct BatchSums: Sendable {
    private let add: @Sendable (inout [Double]) throws -> Void

    /// This process has the whole batch.
    static let alone = BatchSums { _ in }

    init(_ add: @escaping @Sendable (inout [Double]) throws -> Void) { self.add = add }

    func callAsFunction(_ values: [Double]) throws -> [Double] {
        var sums = values
        try add(&sums)
        return sums
    }
}
