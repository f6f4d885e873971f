import DatasetFormats

/// Where a training is, beside what it has learnt: the content of `trainer_state.json`.
struct TrainingState: Hashable {
    /// Steps taken.
    var step = 0
    var tokenCount = 0
    /// The last recorded loss, nil where none was yet.
    var loss: Double?
    /// Steps that no record has told of yet.
    var unrecorded = Meter.Sums()
    var best = BestCheckpoint()

    init() {}

    var json: JSONObject {
        [
            "global_step": .int(step), "num_input_tokens_seen": .int(tokenCount),
            "loss": loss.map { .double($0) } ?? .null, "unrecorded": .object(unrecorded.json), "best": best.json,
        ]
    }

    /// nil where something is missing.
    init?(json: JSONObject) {
        guard let step = json["global_step"]?.intValue, step >= 0,
            let tokenCount = json["num_input_tokens_seen"]?.intValue
        else { return nil }
        self.step = step
        self.tokenCount = tokenCount
        loss = json["loss"]?.doubleValue
        // Checkpoints of earlier versions have neither.
        unrecorded = json["unrecorded"]?.objectValue.flatMap(Meter.Sums.init(json:)) ?? Meter.Sums()
        best = BestCheckpoint(json: json["best"])
    }
}
