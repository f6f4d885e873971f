import Conversations
import DatasetFormats
import StreamingLoader
import Tokenizers

/// The row as the model sees it: each token, and which of them it learns.
///
/// Tokens are set apart by `│`; those that are learnt are coloured, or in brackets where there is no colour. Where a
/// token stands for another that is learnt in its place, an arrow says which.
struct TokenView: RowView {
    let converter: RowConverter
    let encoder: RowEncoder
    let ink: Ink

    private var tokenizer: Tokenizer { encoder.pieces.tokenizer }

    func view(of row: JSONObject, index: Int) throws -> (text: String, json: JSONObject) {
        let conversation = try converter.conversation(from: row, index: index)
        let sequences = try encoder.encoded(conversation, row: index).sequences
        var blocks: [String] = []
        var json = JSONObject()
        for sequence in sequences {
            let members = try members(sequence)
            if sequences.count == 1 { json = members } else { json[sequence.role.rawValue] = .object(members) }
            blocks.append(try block(sequence))
        }
        return (blocks.joined(separator: "\n"), json)
    }

    private func members(_ sequence: EncodedRow.Sequence) throws -> JSONObject {
        let example = sequence.example
        return [
            "teaches": .string(sequence.role.rawValue), "full_count": .int(sequence.fullCount),
            "input_ids": .array(example.tokenIDs.map { .int(Int($0)) }),
            "labels": .array(example.labels.map { .int(Int($0)) }),
            "tokens": .array(try example.tokenIDs.map { .string(try name($0)) }),
        ]
    }

    private func block(_ sequence: EncodedRow.Sequence) throws -> String {
        let example = sequence.example
        var text = ""
        for (index, (id, label)) in zip(example.tokenIDs, example.labels).enumerated() {
            let isLearnt = label != TrainingExample.ignoredLabel
            let instead = isLearnt && label != id ? "→\(try shown(label))" : ""
            let token = try shown(id) + instead
            if index > 0, !text.hasSuffix("\n"), !isLearnt || ink.hasColor { text += ink.read("│") }
            if isLearnt { text += ink.hasColor ? ink.learnt(token) : "[\(token)]" } else { text += ink.read(token) }
            // A token that ends a line ends it here too.
            if try tokenizer.decodeBytes([id]).last == 0x0A { text += "\n" }
        }
        if text.hasSuffix("\n") { text.removeLast() }
        let cut = sequence.fullCount - example.count
        let heading =
            "\(sequence.role.rawValue): \(Format.count(example.count, "token")),"
            + " \(Format.count(example.supervisedTokenCount)) learnt"
            + (cut > 0 ? ", \(Format.count(cut)) more cut off" : "")
        return "  \(heading)\n\(text)"
    }

    /// The token's text, line breaks and the like shown as signs.
    private func shown(_ id: Int32) throws -> String {
        Terminal.safe(
            try name(id).replacing("\n", with: "⏎").replacing("\t", with: "⇥"))
    }

    /// The token's text; bytes that are no whole characters as their numbers.
    private func name(_ id: Int32) throws -> String {
        let bytes = try tokenizer.decodeBytes([id])
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return bytes.map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return "<0x\(digits.count < 2 ? "0" : "")\(digits)>"
        }.joined()
    }
}
