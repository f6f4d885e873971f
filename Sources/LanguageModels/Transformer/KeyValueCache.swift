import Kernels

/// Keys and values of the tokens read so far, narrow `[capacity, keyValueHeads * headDimension]` for each layer.
final class KeyValueCache: @unchecked Sendable {
    // One generation owns it and is the only one to use it.
    private let keyBuffers: [Tensor]
    private let valueBuffers: [Tensor]
    let capacity: Int
    private(set) var count = 0

    init(capacity: Int, configuration c: ModelConfiguration, in context: ComputeContext) {
        self.capacity = capacity
        func buffers() -> [Tensor] {
            (0..<c.layerCount).map { _ in
                Tensor(.narrow, rows: capacity, columns: c.keyValueHeadCount * c.headDimension, in: context)
            }
        }
        keyBuffers = buffers()
        valueBuffers = buffers()
    }

    /// Room for the keys of `count` more tokens.
    func newKeys(layer: Int, count: Int) -> Tensor { keyBuffers[layer][rows: self.count..<self.count + count] }
    func newValues(layer: Int, count: Int) -> Tensor { valueBuffers[layer][rows: self.count..<self.count + count] }

    /// All keys so far and those of `count` more tokens.
    func keys(layer: Int, adding count: Int) -> Tensor { keyBuffers[layer].prefix(self.count + count) }
    func values(layer: Int, adding count: Int) -> Tensor { valueBuffers[layer].prefix(self.count + count) }

    /// Counts tokens whose keys and values are in every layer now.
    func advance(by count: Int) {
        precondition(self.count + count <= capacity)
        self.count += count
    }
}
