/// Adds numbers up over the processes that share a batch: what a loss needs to know of all of it.
///
/// Collective: every process asks for the same sums in the same order, those without a row too.
struct BatchSums: Sendable {
    /// nil for a process that has the whole batch.
    private let add: (@Sendable (inout [Double]) throws -> Void)?

    /// This process has the whole batch.
    static let alone = BatchSums(add: nil)

    init(_ add: @escaping @Sendable (inout [Double]) throws -> Void) { self.add = add }

    private init(add: (@Sendable (inout [Double]) throws -> Void)?) { self.add = add }

    /// The sums of three numbers.
    func callAsFunction(_ a: Double, _ b: Double, _ c: Double) throws -> (Double, Double, Double) {
        guard let add else { return (a, b, c) }
        var sums = [a, b, c]
        try add(&sums)
        return (sums[0], sums[1], sums[2])
    }
}
