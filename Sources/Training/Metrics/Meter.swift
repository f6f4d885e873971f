import DatasetFormats

/// Adds up steps between records.
struct Meter {
    /// What is kept of steps that no record has told of yet; a checkpoint carries it.
    struct Sums: Hashable {
        var loss = 0.0
        var norm = 0.0
        var weight = 0
        var stepCount = 0
        var measures: [Measure] = []
    }

    private let start: Double
    private var last: Double
    private(set) var sums = Sums()
    /// Those of the last record, whose memory the next sums use where nobody holds the record.
    private var recorded: [Measure] = .withRoom
    /// Of this process alone, which measures speed.
    private var tokenCount = 0
    private var allSteps = 0

    /// - Parameter start: seconds.
    init(start: Double, sums: Sums = Sums()) {
        self.start = start
        self.sums = sums
        self.sums.measures.makeRoom()
        last = start
    }

    func elapsed(now: Double) -> Double { now - start }

    mutating func add(_ result: Trainer.StepResult) {
        sums.loss += result.loss * Double(result.outcome.weight)
        sums.norm += result.gradientNorm
        sums.weight += result.outcome.weight
        sums.stepCount += 1
        sums.measures.add(result.outcome.measures)
        tokenCount += result.tokenCount
        allSteps += 1
    }

    /// What the steps since the last record were, which begins the next.
    mutating func record(
        step: Int, totalSteps: Int, batchesPerEpoch: Int, rate: Double, tokenCount allTokens: Int, now: Double
    ) -> StepRecord {
        swap(&recorded, &sums.measures)
        let record = StepRecord(
            step: step, totalSteps: totalSteps, epoch: Double(step) / Double(batchesPerEpoch),
            loss: sums.loss / Double(max(1, sums.weight)), gradientNorm: sums.norm / Double(max(1, sums.stepCount)),
            learningRate: rate, tokenCount: allTokens,
            tokensPerSecond: Double(tokenCount) / max(now - last, 1e-9),
            secondsLeft: (now - start) / Double(max(1, allSteps)) * Double(totalSteps - step),
            measures: recorded)
        clear()
        last = now
        return record
    }

    private mutating func clear() {
        sums.measures.removeAll(keepingCapacity: true)
        sums = Sums(measures: sums.measures)
        tokenCount = 0
    }
}

extension Meter.Sums {
    var json: JSONObject {
        [
            "loss": .double(loss), "grad_norm": .double(norm), "weight": .int(weight), "steps": .int(stepCount),
            "measures": .array(
                measures.map {
                    .object(["name": .string($0.name), "sum": .double($0.sum), "weight": .double($0.weight)])
                }),
        ]
    }

    /// nil for what `json` did not write.
    init?(json: JSONObject) {
        guard let loss = json["loss"]?.doubleValue, let norm = json["grad_norm"]?.doubleValue,
            let weight = json["weight"]?.intValue, let steps = json["steps"]?.intValue,
            let measures = json["measures"]?.arrayValue
        else { return nil }
        self.init(loss: loss, norm: norm, weight: weight, stepCount: steps)
        for value in measures {
            guard let object = value.objectValue, let name = object["name"]?.stringValue,
                let sum = object["sum"]?.doubleValue, let weight = object["weight"]?.doubleValue
            else { return nil }
            self.measures.append(Measure(name, sum: sum, weight: weight))
        }
    }
}
