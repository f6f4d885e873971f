import DatasetFormats
import SystemPackage

/// What is read from files that anyone may have made: each is given bytes of any kind, and may do what it likes with
/// them but crash, hang, or ask for memory without bound.
public enum FuzzTarget: String, CaseIterable, Sendable {
    case jinja
    case chatTemplate = "chat-template"
    case datasetInfo = "dataset-info"
    case rows
    case tokenizerJSON = "tokenizer-json"
    case tokenizerGGUF = "tokenizer-gguf"
    case sentencePiece = "sentencepiece"
    case tiktoken
    case tekken
    case json
    case csv
    case text
    case arrow
    case parquet
    case gguf
    case safetensors
    case archive
    case parts

    /// Reads bytes; what is wrong with them is not told.
    public func read(_ bytes: [UInt8]) {
        do {
            switch self {
            case .jinja: try Self.renderJinja(bytes)
            case .chatTemplate: try Self.renderChatTemplate(bytes)
            case .datasetInfo: try Self.readDatasetInfo(bytes)
            case .rows: try Self.convertRows(bytes)
            case .tokenizerJSON: try Self.useTokenizerJSON(bytes)
            case .tokenizerGGUF: try Self.useTokenizerGGUF(bytes)
            case .sentencePiece: try Self.useSentencePiece(bytes)
            case .tiktoken: try Self.useTiktoken(bytes)
            case .tekken: try Self.useTekken(bytes)
            case .json: try Self.drain(JSONRowReader(bytes: bytes, source: "fuzz"))
            case .csv: try Self.readDelimited(bytes)
            case .text: try Self.readText(bytes)
            case .arrow: try Self.drain(BatchRowReader(ArrowReader(ByteBuffer(bytes), source: "fuzz")))
            case .parquet: try Self.drain(BatchRowReader(ParquetReader(ByteBuffer(bytes), source: "fuzz")))
            case .gguf: try Self.readGGUF(bytes)
            case .safetensors: try Self.readSafetensors(bytes)
            case .archive: try Self.readArchive(bytes)
            case .parts: try Self.joinParts(bytes)
            }
        } catch {
            // An error is an answer. Its words are made, as a person would read them.
            _ = "\(error)"
        }
    }
}
