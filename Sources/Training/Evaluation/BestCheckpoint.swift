import DatasetFormats

/// Which evaluation was best so far, and how many came since.
struct BestCheckpoint: Hashable {
    private(set) var step: Int?
    private(set) var value: Double?
    private(set) var evaluationsSince = 0

    /// Takes an evaluation in.
    ///
    /// - Returns: whether it is the best so far.
    /// - Throws: `TrainingError.unknownMetric` where it has no such figure.
    mutating func take(_ record: EvaluationRecord, _ options: EvaluationOptions) throws(TrainingError) -> Bool {
        guard let found = record.figures.first(where: { $0.name == options.plainMetric })?.value else {
            throw .unknownMetric(name: options.metric, known: record.figures.map { "eval_\($0.name)" })
        }
        let isBetter = value.map { options.wantsGreater ? found > $0 : found < $0 } ?? true
        if isBetter {
            (step, value, evaluationsSince) = (record.step, found, 0)
        } else {
            evaluationsSince += 1
        }
        return isBetter
    }

    func isExhausted(_ options: EvaluationOptions) -> Bool {
        options.patience.map { evaluationsSince >= $0 } ?? false
    }
}

extension BestCheckpoint {
    var json: JSONValue {
        guard let step, let value else { return .null }
        return .object([
            "step": .int(step), "value": .double(value), "evaluations_since": .int(evaluationsSince),
        ])
    }

    /// None for what `json` did not write.
    init(json: JSONValue?) {
        guard let object = json?.objectValue, let step = object["step"]?.intValue,
            let value = object["value"]?.doubleValue
        else { return }
        (self.step, self.value) = (step, value)
        evaluationsSince = object["evaluations_since"]?.intValue ?? 0
    }
}
