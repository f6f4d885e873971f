/// The samples of a stream: which rows of which data sets, and in which order an epoch goes through them.
///
/// Nothing of it grows with the number of rows but a selection, by a bit a row.
public struct SampleOrder: Sendable, Hashable {
    /// Rows of a data set, some of them or some more than once.
    public struct Part: Sendable, Hashable {
        let selection: RowSelection?
        let sampling: RowSampling

        public init(sampling: RowSampling) {
            selection = nil
            self.sampling = sampling
        }

        /// - Parameter sampling: of the selected rows, as they are numbered anew.
        public init(selection: RowSelection, sampling: RowSampling) {
            self.selection = selection
            self.sampling = sampling
        }

        subscript(place: Int) -> Int { selection.map { $0[sampling[place]] } ?? sampling[place] }
    }

    private let parts: [Part]
    private let mixture: DatasetMixture
    private let order: RowOrder
    private let seed: UInt64

    /// - Throws: `StreamingLoaderError.impossibleMixture`.
    public init(
        parts: [Part], mixing strategy: DatasetMixture.Strategy = .concatenated, weights: [Double]? = nil,
        order: RowOrder, seed: UInt64
    ) throws(StreamingLoaderError) {
        self.parts = parts
        self.order = order
        self.seed = seed
        mixture = try DatasetMixture(counts: parts.map(\.sampling.count), strategy: strategy, weights: weights)
    }

    /// Samples of an epoch.
    public var count: Int { mixture.count }

    /// The samples at some places of an epoch's order.
    public func samples(at places: some Sequence<Int>, epoch: Int) -> [DatasetMixture.Place] {
        let order = order.epoch(epoch, count: mixture.count, seed: seed)
        // An array's own map: the compiler cannot make one for a sequence of another module.
        return Array(places).map { place in
            let found = mixture[order[place]]
            return DatasetMixture.Place(part: found.part, row: parts[found.part][found.row])
        }
    }
}
