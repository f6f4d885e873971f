import StreamingLoader

/// Sequences of tokens: `input_ids`, `labels`, and `lengths`, of which there is one for each example in a sequence.
struct TokenItems: Sendable {
    let tokens: [TokenizedRows]

    /// Appends samples as one item, several as a packed sequence. Callable from any thread.
    ///
    /// - Throws: where they cannot be read.
    func append(_ samples: [DatasetMixture.Place], to text: inout [UInt8]) throws {
        var buffer: [UInt8] = []
        let entries = try samples.map { try tokens[$0.part].entry($0.row) }
        let examples = try zip(samples, entries).map { try tokens[$0.part].example($1, buffer: &buffer) }
        TokenText.append(examples, role: entries.count == 1 ? entries[0].record.role : .answer, to: &text)
    }

    /// How long the samples are.
    func lengths(_ samples: [DatasetMixture.Place]) throws -> [Int] {
        try samples.map { try tokens[$0.part].entry($0.row).record.tokenCount }
    }
}

/// Tokens as JSON.
enum TokenText {
    static func append(_ examples: [TrainingExample], role: EncodedRow.Sequence.Role, to text: inout [UInt8]) {
        text += Array("{\"input_ids\":[".utf8)
        append(examples.lazy.map(\.tokenIDs).joined(), to: &text)
        text += Array("],\"labels\":[".utf8)
        append(examples.lazy.map(\.labels).joined(), to: &text)
        text += Array("],\"lengths\":[".utf8)
        append(examples.lazy.map { Int32(clamping: $0.count) }, to: &text)
        text += Array("],\"role\":\"\(role.rawValue)\"}".utf8)
    }

    private static func append(_ numbers: some Sequence<Int32>, to text: inout [UInt8]) {
        var isFirst = true
        for number in numbers {
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            if number < 0 { text.append(UInt8(ascii: "-")) }
            var rest = number.magnitude
            let start = text.count
            repeat {
                text.append(UInt8(ascii: "0") + UInt8(rest % 10))
                rest /= 10
            } while rest > 0
            text[start...].reverse()
        }
    }
}
