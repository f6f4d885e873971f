import DatasetFormats
import Foundation
import Messages
import SharedData
import Testing

@testable import ChatTemplates

/// Templates of real models, in Jinja, become templates of ours that render the same.
@Suite(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
struct OwnTemplateTests {
    private static let conversation: [Message] = [
        Message(role: .user, content: "What is 2 + 2?"), Message(role: .assistant, content: "It is 4."),
        Message(role: .user, content: "And twice that?\nSay it shortly."),
    ]

    @Test func aTemplateThatIsRecognisedRendersAsTheModelsOwn() throws {
        let folder = SharedData.root.appendingPathComponent("data/chat_templates/templates")
        var recognised: [String] = []
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        for file in files where file.hasSuffix(".jinja") {
            let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            let model = try ModelChatTemplate(text, name: file)
            // Not every template goes by a name.
            guard
                let own = ChatTemplate.recognised(model, beginningOfSequence: "<bos>", endOfSequence: "<eos>")
            else { continue }
            recognised.append(file)
            var inputs = ModelChatTemplate.Inputs(addGenerationPrompt: true)
            inputs.beginOfSequence = "<bos>"
            inputs.endOfSequence = "<eos>"
            let expected = try model.text(
                messages: Self.conversation.map {
                    ["role": .string($0.role.rawValue), "content": .string($0.content)]
                }, inputs)
            let found = try own.renderPrompt(Self.conversation)
                .map { $0.plainText(beginningOfSequence: "<bos>", endOfSequence: "<eos>") }.joined()
            // A thought that the model's own template begins may be left to the model.
            #expect(expected.hasPrefix(found), "\(file): \(expected.debugDescription) and \(found.debugDescription)")
        }
        #expect(recognised.count >= 25, "\(files.count) templates, of which \(recognised)")
    }

    /// Where a model's own template writes a conversation as a named one does, both say the same of what is learnt.
    @Test func bothWaysTeachTheSame() throws {
        let folder = SharedData.root.appendingPathComponent("data/chat_templates/templates")
        let row =
            Self.conversation.map { Message(role: $0.role, content: $0.content) }
            + [Message(role: .assistant, content: "Eight.")]
        var compared = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        where file.hasSuffix(".jinja") {
            let model = try ModelChatTemplate(
                try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8), name: file)
            // What marks say is taken as they say it.
            guard !model.marksGeneration,
                let named = ChatTemplate.recognised(model, beginningOfSequence: "<bos>", endOfSequence: "<eos>"),
                // These say elsewhere what ends an answer, or take a thought for one.
                !named.usesEfficientEndOfSequence, !named.isReasoning,
                let own = try? JinjaChatTemplate(model, beginningOfSequence: "<bos>", endOfSequence: "<eos>"),
                let found = try? own.render(row)
            else { continue }
            func texts(_ turns: [RenderedTurn]) -> [[String]] {
                turns.map { turn in
                    [turn.prompt, turn.response].map { pieces in
                        pieces.map { $0.plainText(beginningOfSequence: "<bos>", endOfSequence: "<eos>") }.joined()
                    }
                }
            }
            let expected = texts(try named.render(row))
            var taught = texts(found)
            if taught != expected, let last = taught.indices.last {
                // An end of sequence where the whole ends is let be.
                taught[last][1] = taught[last][1].dropping(suffix: "<eos>") ?? taught[last][1]
            }
            #expect(taught == expected, "\(file), \(named.name)")
            compared += 1
        }
        #expect(compared >= 10)
    }
}
