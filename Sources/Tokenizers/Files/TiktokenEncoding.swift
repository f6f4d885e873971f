/// The pattern that a tiktoken file is used with, which the file does not hold.
public enum TiktokenEncoding: String, Sendable, CaseIterable {
    case gpt2, cl100k, o200k, llama3, qwen, tekken

    var pattern: String {
        switch self {
        case .gpt2: WordPattern.gpt2Text
        case .cl100k: PatternText.cl100k
        case .o200k: PatternText.o200k
        case .llama3: PatternText.llama3
        case .qwen: PatternText.qwen2
        case .tekken: PatternText.tekken
        }
    }
}
