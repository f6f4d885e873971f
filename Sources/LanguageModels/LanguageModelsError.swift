import SystemPackage

/// What can be wrong with a model's or an adapter's files.
public enum LanguageModelsError: Error, Hashable, CustomStringConvertible {
    case unreadable(path: FilePath, Errno)
    /// The file ends before what its header promises, or promises what cannot be.
    case malformed(file: String, place: String, problem: String)
    /// The file is right, but asks for something this program does not have.
    case unsupported(file: String, what: String)
    case missingTensor(file: String, name: String)
    case wrongShape(file: String, tensor: String, expected: [Int], found: [Int])
    /// An adapter that was made for another model, or names what the model does not have.
    case adapterMismatch(file: String, problem: String)
    case tooLong(tokens: Int, limit: Int)
    /// A weight whose rows are no whole number of a rounding's blocks.
    case unroundable(weight: String, inputs: Int, rounding: BaseRounding)

    public var description: String {
        switch self {
        case .unreadable(let path, let errno): "\(path): \(errno)"
        case .malformed(let file, let place, let problem):
            "\(file): \(place): \(problem); the file is damaged or cut short, get it again"
        case .unsupported(let file, let what): "\(file): \(what) is not supported"
        case .missingTensor(let file, let name): "\(file): has no tensor \(name), which the model needs"
        case .wrongShape(let file, let tensor, let expected, let found):
            "\(file): tensor \(tensor) is \(found), where the configuration says \(expected)"
        case .adapterMismatch(let file, let problem): "\(file): \(problem)"
        case .tooLong(let tokens, let limit):
            "\(tokens) tokens are more than the model's \(limit); shorten the text or the conversation"
        case .unroundable(let weight, let inputs, let rounding):
            "\(weight) has rows of \(inputs) values, which \(rounding.rawValue)'s blocks of \(rounding.valuesPerBlock)"
                + " do not divide; choose another --quantization-type"
        }
    }

    public var isMachineFailure: Bool {
        guard case .unreadable(_, let errno) = self else { return false }
        return errno != .noSuchFileOrDirectory && errno != .isDirectory && errno != .notDirectory
    }

    public var isWrongUse: Bool {
        if case .unroundable = self { true } else { false }
    }
}
