import Kernels

/// Where a model's weights are read from, a few rows at a time.
public protocol WeightSource: Sendable {
    var configuration: ModelConfiguration { get }

    /// Fills a buffer with rows of a weight, `[rows.count, columns]`, in Hugging Face's order of rows.
    ///
    /// Callable from several threads. Names and shapes were checked when the source was opened.
    func read(_ name: WeightName, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>)

    /// The format of a weight that is kept in quantised blocks; nil for plain numbers.
    func blockFormat(of name: WeightName) -> WeightFormat?

    /// Fills a buffer with the blocks of some rows of such a weight, as `read` fills one with their numbers.
    func readBlocks(of name: WeightName, rows: Range<Int>, into bytes: UnsafeMutableRawBufferPointer)

    /// Says that the file's pages will not be needed soon.
    func releasePages()
}

extension WeightSource {
    // Most files have plain numbers.
    public func blockFormat(of name: WeightName) -> WeightFormat? { nil }
    public func readBlocks(of name: WeightName, rows: Range<Int>, into bytes: UnsafeMutableRawBufferPointer) {
        preconditionFailure("the source has no blocks")
    }

    /// All of a small weight.
    public func values(of name: WeightName) -> [Float] {
        values(of: name, rows: 0..<name.shape(in: configuration).rows)
    }

    /// Some rows of a weight.
    func values(of name: WeightName, rows: Range<Int>) -> [Float] {
        let count = rows.count * name.shape(in: configuration).columns
        return [Float](unsafeUninitializedCapacity: count) { buffer, used in
            buffer.initialize(repeating: 0)
            read(name, rows: rows, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            used = count
        }
    }
}
