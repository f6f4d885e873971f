import Kernels

/// Keys and values of the tokens read so far, narrow `[capacity, keyValueHeads * headDimension]` for each layer.
///
/// One sequence fills it from the first row on. Where it is shared by several, each has rows of its own: a pass then
/// writes into rows past the capacity, and `settle` moves them to where they belong.
final class KeyValueCache: @unchecked Sendable {
    // One generation owns it and is the only one to use it.
    private let keyBuffers: [Tensor]
    private let valueBuffers: [Tensor]
    let capacity: Int
    private(set) var count = 0
    /// Where the tokens of the pass under way belong, in their order; nil where one sequence has the cache.
    var destinations: [Range<Int>]?

    /// - Parameter staged: the most tokens of a pass, where sequences share the cache; 0 where one has it.
    init(capacity: Int, staged: Int = 0, configuration c: ModelConfiguration, in context: ComputeContext) {
        self.capacity = capacity
        func buffers() -> [Tensor] {
            (0..<c.layerCount).map { _ in
                Tensor(
                    .narrow, rows: capacity + staged, columns: c.keyValueHeadCount * c.headDimension, in: context)
            }
        }
        keyBuffers = buffers()
        valueBuffers = buffers()
    }

    private var firstNew: Int { destinations == nil ? count : capacity }

    /// Room for the keys of `count` more tokens.
    func newKeys(layer: Int, count: Int) -> Tensor { keyBuffers[layer][rows: firstNew..<firstNew + count] }
    func newValues(layer: Int, count: Int) -> Tensor { valueBuffers[layer][rows: firstNew..<firstNew + count] }

    /// Moves a pass's keys and values to the rows of their sequences.
    func settle(layer: Int) {
        guard let destinations else { return }
        var row = capacity
        for rows in destinations {
            for buffer in [keyBuffers[layer], valueBuffers[layer]] {
                buffer[rows: rows].assign(from: buffer[rows: row..<row + rows.count])
            }
            row += rows.count
        }
    }

    /// All keys so far and those of `count` more tokens.
    func keys(layer: Int, adding count: Int) -> Tensor { visible(keyBuffers[layer], adding: count) }
    func values(layer: Int, adding count: Int) -> Tensor { visible(valueBuffers[layer], adding: count) }

    private func visible(_ buffer: Tensor, adding count: Int) -> Tensor {
        buffer.prefix(destinations == nil ? self.count + count : capacity)
    }

    /// Counts tokens whose keys and values are in every layer now.
    func advance(by count: Int) {
        precondition(self.count + count <= capacity)
        self.count += count
    }
}
