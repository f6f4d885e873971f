import CKernels

/// NormalFloat 4 outside of products: the numbers that weights become.
public enum NormalFloat4 {
    /// Rows are whole numbers of so many values; 64 of them share a scale where the row allows it.
    public static let shortestRun = 32

    /// Rows rounded as `FrozenWeight(normalFloat4Outputs:)` rounds them.
    ///
    /// - Parameter values: whole rows of `columns` values, a multiple of `shortestRun`.
    public static func rounded(_ values: [Float], columns: Int) -> [Float] {
        precondition(columns % shortestRun == 0 && values.count % columns == 0)
        let run = columns % 64 == 0 ? 64 : 32
        let codebook = (0..<16).map { ds_normal_float4()[$0] }
        var result = values
        for start in stride(from: 0, to: values.count, by: run) {
            let scale = values[start..<start + run].reduce(Float(0)) { max($0, abs($1)) }
            for index in start..<start + run {
                result[index] = scale > 0 ? scale * nearest(values[index] / scale, in: codebook) : 0
            }
        }
        return result
    }

    private static func nearest(_ value: Float, in codebook: [Float]) -> Float {
        var best = codebook[0]
        for index in 1..<codebook.count where value > (codebook[index - 1] + codebook[index]) / 2 {
            best = codebook[index]
        }
        return best
    }
}
