import ChatTemplates
import Kernels
import LanguageModels
import StreamingLoader

/// What a training is asked to do. The names in command lines and files are LLaMA-Factory's.
///
/// The defaults teach a small model a small data set: more steps and a higher rate than LLaMA-Factory's own.
public struct TrainingOptions: Sendable, Hashable {
    public var stage = TrainingStage.supervised
    public var preference = PreferenceOptions()
    public var evaluation = EvaluationOptions()
    public var tuning = TuningOptions()

    public var model: String?
    public var datasets: [String] = []
    public var outputFolder: String?
    /// The template's name; nil for the model's own.
    public var template: String?
    /// The day that a template tells, for one that tells it; nil for the checkpoint's, else the day it is.
    public var templateDate: CalendarDate?

    /// Most tokens of a row.
    public var cutoffLength = 2048
    /// Takes only so many rows of each data set.
    public var maximumSamples: Int?
    /// How several data sets become one.
    public var mixing = DatasetMixture.Strategy.concatenated
    /// How often each data set comes where they are interleaved; nil for equally often.
    public var mixingWeights: [Double]?
    public var trainsOnPrompt = false
    public var masksHistory = false
    /// A batch counts sequences of `cutoffLength` tokens filled with rows, instead of rows. nil for what the stage
    /// wants: texts are packed, as in LLaMA-Factory.
    public var packs: Bool?
    public var packing: Bool {
        get { packs ?? (stage == .pretraining) }
        set { packs = newValue }
    }

    public var rank = 8
    /// nil for twice the rank.
    public var alpha: Double?
    public var targets: Set<LinearLayer> = Set(LinearLayer.allCases)
    /// A regular expression of whole module names, instead of `targets`.
    public var targetPattern: String?
    public var usesRankStabilisedScaling = false
    /// PiSSA: iterations of the subspace that principal components are found in; nil for a plain beginning.
    public var principalIterations: Int? { usesPrincipalComponents ? principalIterationLimit : nil }
    public var usesPrincipalComponents = false
    public var principalIterationLimit = 16
    /// The share of an adapter's inputs that is dropped in training.
    public var dropout = 0.0
    /// DoRA: the lengths of weights' rows are learnt apart from their directions.
    public var usesMagnitudes = false
    /// NEFTune's α; nil for none.
    public var embeddingNoise: Double?

    public var batchSize = 8
    public var accumulationSteps = 1
    public var epochs = 5.0
    /// Overrides `epochs`.
    public var maximumSteps: Int?
    public var learningRate = 1e-3
    public var optimiser = OptimiserKind.adamW
    /// LoRA+: how many times faster B learns than A.
    public var upRatio: Double?
    public var schedule = LearningRateSchedule.Kind.cosine
    public var scheduleDetails = LearningRateSchedule.Details()
    public var warmupRatio = 0.0
    /// Overrides `warmupRatio` where above 0.
    public var warmupSteps = 0
    public var weightDecay = 0.0
    /// Gradients longer than this are scaled down to it; 0 for no limit.
    public var maximumGradientNorm = 1.0
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var epsilon = 1e-8
    public var seed: UInt64 = 42
    /// true for bfloat16 products, false for single precision, nil for the fastest that the processor has.
    public var usesBFloat16: Bool?
    /// What is computed twice rather than kept. It changes no bit of the result.
    public var recomputation = Recomputation.nothing

    public var loggingSteps = 1
    /// A checkpoint every so many steps; 0 for none.
    public var saveSteps = 0
    /// Keeps only so many checkpoints, the newest.
    public var checkpointLimit: Int?
    /// A checkpoint's folder, or `last` for the newest in the output folder.
    public var resumeFrom: String?
    public var overwritesOutput = false

    public init() {}

    /// Rows, or packed sequences, of a step.
    public var examplesPerStep: Int { batchSize * accumulationSteps }

    /// The scale's numerator that is used.
    public var effectiveAlpha: Double { alpha ?? Double(2 * rank) }

    /// Steps of the training.
    public func totalSteps(batchesPerEpoch: Int) -> Int {
        maximumSteps ?? max(1, Int((epochs * Double(batchesPerEpoch)).rounded(.up)))
    }

    /// The schedule over so many steps.
    public func learningRateSchedule(totalSteps: Int) -> LearningRateSchedule {
        let warmup = warmupSteps > 0 ? warmupSteps : Int((Double(totalSteps) * warmupRatio).rounded(.up))
        return LearningRateSchedule(
            kind: schedule, peak: learningRate, warmupSteps: warmup, totalSteps: totalSteps, details: scheduleDetails)
    }

    public var noise: TrainingNoise {
        var noise = TrainingNoise()
        (noise.dropout, noise.embeddingNoise, noise.seed) = (dropout, embeddingNoise, seed)
        return noise
    }

    public var optimiserSettings: OptimiserSettings {
        OptimiserSettings(
            kind: optimiser,
            adamW: AdamW(beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay), upRatio: upRatio)
    }

    public var encoderOptions: ExampleEncoder.Options {
        ExampleEncoder.Options(
            cutoffLength: cutoffLength, trainsOnPrompt: trainsOnPrompt, masksHistory: masksHistory)
    }
}
