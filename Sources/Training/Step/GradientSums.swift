import Communication
import LanguageModels

/// Adds up the ranks' gradients a piece at a time, whatever their number, in memory that every step uses again.
final class GradientSums {
    /// Numbers of a piece: enough that a message's delay is small beside it, a megabyte.
    private static let pieceCount = 1 << 17

    private var values: [Double] = []
    private var workspace = SumWorkspace()
    /// Where the piece's numbers are from, in their order.
    private var origins: [Origin] = []

    private struct Origin {
        let parameter: Int
        let places: Range<Int>
    }

    /// Makes every gradient the mean of the ranks' own.
    ///
    /// - Parameters:
    ///   - weight: what this rank's gradients count.
    ///   - total: the sum of what all count.
    func addUp(
        _ parameters: [TrainableParameter], weight: Double, of total: Double, over communicator: Communicator
    ) throws(CommunicationError) {
        clear()
        for (index, parameter) in parameters.enumerated() {
            var first = 0
            while first < parameter.gradient.count {
                let end = min(parameter.gradient.count, first + Self.pieceCount - values.count)
                parameter.gradient.append(first..<end, scale: weight, to: &values)
                origins.append(Origin(parameter: index, places: first..<end))
                first = end
                if values.count == Self.pieceCount { try addUpPiece(of: parameters, total, communicator) }
            }
        }
        try addUpPiece(of: parameters, total, communicator)
    }

    private func addUpPiece(
        of parameters: [TrainableParameter], _ total: Double, _ communicator: Communicator
    ) throws(CommunicationError) {
        try communicator.sum(&values, with: &workspace)
        var start = 0
        for origin in origins {
            let end = start + origin.places.count
            parameters[origin.parameter].gradient.assign(
                values[start..<end], dividedBy: total, from: origin.places.lowerBound)
            start = end
        }
        clear()
    }

    private func clear() {
        values.removeAll(keepingCapacity: true)
        origins.removeAll(keepingCapacity: true)
    }
}
