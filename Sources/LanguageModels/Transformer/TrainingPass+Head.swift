import Kernels

extension TrainingPass {
    /// Which gradient the head makes.
    enum HeadGradient {
        case none
        /// That of the summed loss times this.
        case uniform(Double)
        /// That of what has these derivatives by log p of each target.
        case slopes([Double])
    }

    /// Head and cross-entropy over the tokens that have a target, a chunk at a time; leaves the gradient of the
    /// residual stream where one is asked for.
    ///
    /// - Returns: −log p of each target, in nats.
    func headPass(_ sequences: TrainingSequences, _ wanted: HeadGradient) -> [Double] {
        let context = model.context
        targets.assign(sequences.targets)
        for first in stride(from: 0, to: targets.rows.count, by: head.rows) {
            let range = first..<min(targets.rows.count, first + head.rows)
            let input = head.input.prefix(range.count)
            context.gather(targets.rows[range], of: final, into: input)
            let logits = head.logits.prefix(range.count)
            model.logits(
                of: input, normed: head.normed.prefix(range.count), statistics: head.statistics.prefix(range.count),
                into: logits)
            if let capped = head.cappedLogits { context.narrow(logits, into: capped.prefix(range.count)) }
            addLosses(range, wanted)
            if case .none = wanted { continue }
            headBackward(targets.rows[range])
        }
        return targets.losses
    }

    /// The losses of a chunk of targets, and the gradient of its logits.
    private func addLosses(_ range: Range<Int>, _ wanted: HeadGradient) {
        let labels = targets.labels[range]
        let logits = head.logits.prefix(range.count)
        switch wanted {
        case .none:
            model.context.crossEntropy(
                logits: logits, labels: labels, scale: 1, gradient: nil, appendingTo: &targets.losses)
        case .uniform(let scale):
            model.context.crossEntropy(
                logits: logits, labels: labels, scale: scale, gradient: head.logitGradient.prefix(range.count),
                appendingTo: &targets.losses)
        case .slopes(let slopes):
            // Targets of one sequence mostly have one slope: a call for each run of equals. Not a number equals none.
            var start = range.lowerBound
            while start < range.upperBound {
                var end = start + 1
                while end < range.upperBound, slopes[end] == slopes[start] { end += 1 }
                let part = start - range.lowerBound..<end - range.lowerBound
                model.context.crossEntropy(
                    logits: logits[rows: part], labels: labels[start..<end], scale: -slopes[start],
                    gradient: head.logitGradient[rows: part], appendingTo: &targets.losses)
                start = end
            }
        }
    }

    /// From the gradient of a chunk's logits to that of the residual stream at its rows.
    private func headBackward(_ rows: ArraySlice<Int>) {
        guard let backward = model.head.backward else { preconditionFailure("the model was made trainable") }
        let logitGradient = head.logitGradient.prefix(rows.count)
        if let capped = head.cappedLogits, let cap = model.configuration.features.finalSoftCap {
            model.context.softCapBackward(logitGradient, output: capped.prefix(rows.count), at: cap)
        }
        addHeadGradient(logitGradient: logitGradient, normed: head.normed.prefix(rows.count))
        let normedGradient = head.normedGradient.prefix(rows.count)
        model.context.multiply(logitGradient, by: backward, into: normedGradient)
        finalNormBackward(rows, normedGradient: normedGradient)
    }

    /// From the gradient of the final norm's output at some rows to that of the residual stream there.
    private func finalNormBackward(_ rows: ArraySlice<Int>, normedGradient: Tensor) {
        let context = model.context
        let inputGradient = head.inputGradient.prefix(rows.count)
        addFinalNormGradient(
            normedGradient, input: head.input.prefix(rows.count), statistics: head.statistics.prefix(rows.count))
        inputGradient.clear()
        model.finalNorm.backward(
            normedGradient, input: head.input.prefix(rows.count), statistics: head.statistics.prefix(rows.count),
            addingTo: inputGradient, in: context)
        context.scatter(inputGradient, to: rows, of: gradient.residual)
    }

    /// The final states of the last tokens of some segments, at most a chunk of them, in the head's workspace.
    private func lastStates(_ segments: ArraySlice<Range<Int>>) -> Tensor {
        let context = model.context
        scores.lastRows.removeAll(keepingCapacity: true)
        for segment in segments { scores.lastRows.append(segment.upperBound - 1) }
        let input = head.input.prefix(segments.count)
        let states = head.normed.prefix(segments.count)
        context.gather(scores.lastRows[...], of: final, into: input)
        model.finalNorm.forward(
            input, into: states, statistics: head.statistics.prefix(segments.count), in: context)
        return states
    }

    /// The values of all segments' last tokens.
    func valuePass(_ sequences: TrainingSequences, _ valueHead: ValueHead) {
        scores.values.removeAll(keepingCapacity: true)
        for first in stride(from: 0, to: sequences.segments.count, by: head.rows) {
            let range = first..<min(sequences.segments.count, first + head.rows)
            valueHead.appendValues(of: lastStates(sequences.segments[range]), to: &scores.values)
        }
    }

    /// Adds the gradient of Σ slopes · values.
    func valueBackward(_ sequences: TrainingSequences, _ valueHead: ValueHead) {
        for first in stride(from: 0, to: sequences.segments.count, by: head.rows) {
            let range = first..<min(sequences.segments.count, first + head.rows)
            let states = lastStates(sequences.segments[range])
            let normedGradient = head.normedGradient.prefix(range.count)
            valueHead.backward(scores.slopes[range], states: states, into: normedGradient)
            finalNormBackward(scores.lastRows[...], normedGradient: normedGradient)
        }
    }
}
