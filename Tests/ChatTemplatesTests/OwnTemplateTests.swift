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
            let own: ChatTemplate
            do {
                own = try ChatTemplate.recognised(
                    fromJinja: text, source: file, beginningOfSequence: "<bos>", endOfSequence: "<eos>")
            } catch {
                // Not every template is of turns with fixed text around them.
                continue
            }
            recognised.append(file)
            var inputs = ModelChatTemplate.Inputs(addGenerationPrompt: true)
            inputs.beginOfSequence = "<bos>"
            inputs.endOfSequence = "<eos>"
            let expected = try ModelChatTemplate(text, name: file).text(
                messages: Self.conversation.map {
                    ["role": .string($0.role.rawValue), "content": .string($0.content)]
                }, inputs)
            let found = try own.renderPrompt(Self.conversation)
                .map { $0.plainText(beginningOfSequence: "<bos>", endOfSequence: "<eos>") }.joined()
            // A thought that the model's own template begins may be left to the model.
            #expect(expected.hasPrefix(found), "\(file): \(expected.debugDescription) and \(found.debugDescription)")
        }
        #expect(recognised.count >= 30, "\(files.count) templates, of which \(recognised)")
    }
}
