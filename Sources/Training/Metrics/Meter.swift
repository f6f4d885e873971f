/// Adds up steps between records.
struct Meter {
    private let start: Double
    private var last: Double
    private var lossSum = 0.0
    private var normSum = 0.0
    private var targetCount = 0
    private var tokenCount = 0
    private var stepCount = 0
    private var allSteps = 0

    /// - Parameter start: seconds.
    init(start: Double) {
        self.start = start
        last = start
    }

    func elapsed(now: Double) -> Double { now - start }

    mutating func add(_ result: AdapterTrainer.StepResult) {
        lossSum += result.loss * Double(result.targetCount)
        normSum += result.gradientNorm
        targetCount += result.targetCount
        tokenCount += result.tokenCount
        stepCount += 1
        allSteps += 1
    }

    /// What the steps since the last record were, which begins the next.
    mutating func record(
        step: Int, totalSteps: Int, batchesPerEpoch: Int, rate: Double, tokenCount allTokens: Int, now: Double
    ) -> StepRecord {
        let record = StepRecord(
            step: step, totalSteps: totalSteps, epoch: Double(step) / Double(batchesPerEpoch),
            loss: lossSum / Double(max(1, targetCount)), gradientNorm: normSum / Double(max(1, stepCount)),
            learningRate: rate, tokenCount: allTokens,
            tokensPerSecond: Double(tokenCount) / max(now - last, 1e-9),
            secondsLeft: (now - start) / Double(max(1, allSteps)) * Double(totalSteps - step))
        self = Meter(start: start, last: now, allSteps: allSteps)
        return record
    }

    private init(start: Double, last: Double, allSteps: Int) {
        self.start = start
        self.last = last
        self.allSteps = allSteps
    }
}
