/// What a SentencePiece model file says (`ModelProto` of sentencepiece_model.proto).
struct SentencePieceFile {
    enum PieceType: Int {
        case normal = 1
        case unknown, control, userDefined, unused, byte
    }

    enum ModelType: Int {
        case unigram = 1
        case bytePair, word, character
    }

    struct Piece {
        var text: ArraySlice<UInt8> = []
        var score: Float = 0
        var type = PieceType.normal
    }

    private(set) var pieces: [Piece] = []
    private(set) var modelType = ModelType.unigram
    private(set) var fallsBackToBytes = false
    private(set) var treatsSpaceAsSuffix = false
    private(set) var unknownID = 0
    private(set) var beginningID = 1
    private(set) var endID = 2
    private(set) var paddingID = -1
    private(set) var characterMap: [UInt8] = []
    private(set) var addsDummyPrefix = true
    private(set) var removesExtraSpaces = true
    private(set) var escapesSpaces = true

    /// - Throws: `TokenizersError.malformed`.
    init(_ bytes: [UInt8], source: String) throws(TokenizersError) {
        do throws(ProtobufReader.Damage) {
            var reader = ProtobufReader(bytes[...])
            while let (number, value) = try reader.next() {
                switch (number, value.bytes) {
                case (1, let message?): pieces.append(try Self.piece(message))
                case (2, let message?): try readTrainer(message)
                case (3, let message?): try readNormalizer(message)
                default: break
                }
            }
        } catch {
            throw .malformed(source: source, problem: "\(error.problem), at byte \(error.offset)")
        }
        guard !pieces.isEmpty else { throw .malformed(source: source, problem: "has no pieces") }
    }

    private static func piece(_ message: ArraySlice<UInt8>) throws(ProtobufReader.Damage) -> Piece {
        var piece = Piece()
        var reader = ProtobufReader(message)
        while let (number, value) = try reader.next() {
            switch number {
            case 1: piece.text = value.bytes ?? []
            case 2: piece.score = value.float ?? 0
            case 3:
                guard let type = value.int.flatMap({ PieceType(rawValue: $0) }) else {
                    throw .init(offset: message.startIndex, problem: "a piece has a type that is not in use")
                }
                piece.type = type
            default: break
            }
        }
        guard piece.score.isFinite else { throw .init(offset: message.startIndex, problem: "a score is no number") }
        guard String(validating: piece.text, as: UTF8.self) != nil, !piece.text.isEmpty else {
            throw .init(offset: message.startIndex, problem: "a piece is empty or not UTF-8")
        }
        return piece
    }

    private mutating func readTrainer(_ message: ArraySlice<UInt8>) throws(ProtobufReader.Damage) {
        var reader = ProtobufReader(message)
        while let (number, value) = try reader.next() {
            switch number {
            case 3:
                guard let type = value.int.flatMap({ ModelType(rawValue: $0) }) else {
                    throw .init(offset: message.startIndex, problem: "the model has a type that is not in use")
                }
                modelType = type
            case 24: treatsSpaceAsSuffix = value.bool ?? false
            case 35: fallsBackToBytes = value.bool ?? false
            case 40: unknownID = value.int ?? unknownID
            case 41: beginningID = value.int ?? beginningID
            case 42: endID = value.int ?? endID
            case 43: paddingID = value.int ?? paddingID
            default: break
            }
        }
    }

    private mutating func readNormalizer(_ message: ArraySlice<UInt8>) throws(ProtobufReader.Damage) {
        var reader = ProtobufReader(message)
        while let (number, value) = try reader.next() {
            switch number {
            case 2: characterMap = Array(value.bytes ?? [])
            case 3: addsDummyPrefix = value.bool ?? true
            case 4: removesExtraSpaces = value.bool ?? true
            case 5: escapesSpaces = value.bool ?? true
            default: break
            }
        }
    }
}
