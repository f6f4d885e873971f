import Messages
import Testing

@testable import ChatTemplates

/// A model's own template, as a function in place of its Jinja text.
private struct Refusal: Error {}

private func turns(_ probe: TemplateProbe, answering: String, _ turn: (Message) throws -> String) rethrows -> String {
    try probe.messages.map(turn).joined() + (probe.addsGenerationPrompt ? answering : "")
}

private func chatML(_ probe: TemplateProbe, defaultSystem: String? = nil) -> String {
    let opening =
        probe.messages.first?.role == .system
        ? "" : defaultSystem.map { "<|im_start|>system\n\($0)<|im_end|>\n" } ?? ""
    return opening
        + turns(probe, answering: "<|im_start|>assistant\n") {
            "<|im_start|>\($0.role.rawValue)\n\($0.content)<|im_end|>\n"
        }
}

@Suite struct RecognitionTests {
    @Test func plainChatMLIsChatML() throws {
        let template = try ChatTemplate.recognised(source: "model") { chatML($0) }
        #expect(try template == ChatTemplate.named("chatml"))
    }

    @Test func aNamedTemplateIsFoundByItsSystemText() throws {
        for name in ["smollm2", "dbrx", "qwen"] {
            let named = try ChatTemplate.named(name)
            let template = try ChatTemplate.recognised(source: "model") {
                chatML($0, defaultSystem: named.defaultSystem)
            }
            #expect(template == named)
        }
    }

    @Test func anotherSystemTextIsTakenFromTheModel() throws {
        let template = try ChatTemplate.recognised(source: "model") { chatML($0, defaultSystem: "You are X.") }
        #expect(template.name == "chatml (the model's own)")
        #expect(template.defaultSystem == "You are X.")
    }

    @Test func aTemplateThatDropsThoughtsIsAReasoningOne() throws {
        let template = try ChatTemplate.recognised(source: "model") { probe in
            turns(probe, answering: "<|im_start|>assistant\n") { message in
                let content = message.content.split(around: ["<think>", "</think>\n\n"])?.last ?? message.content
                return "<|im_start|>\(message.role.rawValue)\n\(content)<|im_end|>\n"
            }
        }
        #expect(template.isReasoning)
    }

    @Test func aThoughtMayBeginInThePrompt() throws {
        let template = try ChatTemplate.recognised(source: "model") { probe in
            turns(probe, answering: "<|im_start|>assistant\n<think>\n") { message in
                let content = message.content.split(around: ["<think>", "</think>\n\n"])?.last ?? message.content
                return "<|im_start|>\(message.role.rawValue)\n\(content)<|im_end|>\n"
            }
        }
        #expect(template.name == "qwen3")
    }

    /// A reasoning template has this very system text; what becomes of thoughts weighs more.
    @Test func aTemplateThatKeepsThoughtsIsNoReasoningOne() throws {
        let mimo = try ChatTemplate.named("mimo")
        let template = try ChatTemplate.recognised(source: "model") { chatML($0, defaultSystem: mimo.defaultSystem) }
        #expect(template.name == "chatml (the model's own)")
        #expect(template.defaultSystem == mimo.defaultSystem)
    }

    @Test func theEndOfTheSequenceMayFollowTheLastAnswer() throws {
        let phi: (TemplateProbe) -> String = { probe in
            turns(probe, answering: "<|assistant|>\n") { "<|\($0.role.rawValue)|>\n\($0.content)<|end|>\n" }
                + (probe.addsGenerationPrompt ? "" : "</s>")
        }
        let template = try ChatTemplate.recognised(source: "model", endOfSequence: "</s>", rendering: phi)
        #expect(try template == ChatTemplate.named("phi"))
        let unknown = try ChatTemplate.recognised(source: "model", endOfSequence: "</s>") {
            phi($0).replacing("<|end|>", with: "<end>")
        }
        #expect(unknown.assistant == [.text("{{content}}<end>\n")])
        #expect(unknown.stopWords == ["<end>"])
    }

    @Test func theToolFormatIsTheOneThatTheModelIsToldToolsIn() throws {
        let template = try ChatTemplate.recognised(source: "model") { probe in
            guard let tools = probe.tools else { return chatML(probe) }
            let told = try ToolFormat.qwen.describe(tools: tools)
            return "<|im_start|>system\n\(told)<|im_end|>\n" + chatML(probe)
        }
        #expect(template.name == "qwen3_nothink")
    }

    @Test(arguments: ChatTemplate.named)
    func everyNamedTemplateIsRecognisedByWhatItRenders(template: ChatTemplate) throws {
        // Not one's name, but one that renders alike: several have the same slots.
        let found = try ChatTemplate.recognised(source: "model", beginningOfSequence: "<s>", endOfSequence: "</s>") {
            let own = OwnTemplate(source: "", beginningOfSequence: "<s>", endOfSequence: "</s>") { _ in "" }
            return try #require(own.texts($0, by: template).first)
        }
        for probe in [TemplateProbe.longer, .longerEnded, .longer.withSystem] {
            let reader = OwnTemplate(source: "", beginningOfSequence: "<s>", endOfSequence: "</s>") { _ in "" }
            #expect(reader.texts(probe, by: found).last == reader.texts(probe, by: template).last, "\(found.name)")
        }
    }

    /// A template that no name has: its slots are the differences between renderings.
    private func unknown(_ probe: TemplateProbe) -> String {
        "<s>"
            + turns(probe, answering: "[[bot]] ") { message in
                switch message.role {
                case .system: "((\(message.content)))\n"
                case .assistant: "[[bot]] \(message.content)</s>\n"
                default: "[[you]] \(message.content)\n"
                }
            }
    }

    @Test func anUnknownTemplateIsMadeOfDifferences() throws {
        let template = try ChatTemplate.recognised(
            source: "model", beginningOfSequence: "<s>", endOfSequence: "</s>", rendering: unknown)
        #expect(template.prefix == [.beginningOfSequence])
        #expect(template.system == [.text("(({{content}}))\n")])
        #expect(template.user == [.text("[[you]] {{content}}\n[[bot]] ")])
        #expect(template.assistant == [.text("{{content}}"), .endOfSequence, .text("\n")])
        #expect(template.stopWords == [])
        #expect(template.defaultSystem == "")
    }

    @Test func anUnknownTemplatesOwnSystemTextIsItsDefault() throws {
        let template = try ChatTemplate.recognised(source: "model") { probe in
            (probe.messages.first?.role == .system ? "" : "((Be good.))\n") + unknown(probe).dropFirst(3)
        }
        #expect(template.defaultSystem == "Be good.")
        #expect(template.system == [.text("(({{content}}))\n")])
        #expect(template.stopWords == ["</s>"])
    }

    @Test func aTemplateThatRefusesASystemMessageHasNoPlaceForOne() throws {
        let template = try ChatTemplate.recognised(source: "model") { probe in
            guard probe.messages.first?.role != .system else { throw Refusal() }
            return unknown(probe)
        }
        #expect(throws: ChatTemplatesError.noPlaceForSystem(template: "the model's own")) {
            try template.renderPrompt([Message(role: .user, content: "a")], system: "S")
        }
    }

    @Test func gemmaIsKnownThoughItRefusesASystemMessage() throws {
        let template = try ChatTemplate.recognised(source: "model", beginningOfSequence: "<bos>") { probe in
            guard probe.messages.first?.role != .system else { throw Refusal() }
            return "<bos>"
                + turns(probe, answering: "<start_of_turn>model\n") {
                    "<start_of_turn>\($0.role == .assistant ? "model" : "user")\n\($0.content)<end_of_turn>\n"
                }
        }
        #expect(template.name.hasPrefix("gemma"))
    }

    @Test(
        arguments: [
            // Says nothing of what was said; says it twice; counts turns; asks with other words than it answers with.
            { (_: TemplateProbe) in "nothing" },
            { (probe: TemplateProbe) in chatML(probe) + chatML(probe) },
            { (probe: TemplateProbe) in "\(probe.messages.count)" + chatML(probe) },
            { (probe: TemplateProbe) in chatML(probe) + (probe.addsGenerationPrompt ? "<think>\n" : "") },
        ] as [@Sendable (TemplateProbe) -> String])
    func irregularTemplatesAreRefused(render: @Sendable (TemplateProbe) -> String) {
        #expect(throws: ChatTemplatesError.self) { try ChatTemplate.recognised(source: "model", rendering: render) }
    }

    @Test func aTemplateThatRefusesEverythingIsRefusedWithItsReason() {
        do {
            _ = try ChatTemplate.recognised(source: "model.gguf") { _ in throw Refusal() }
            Issue.record("no error")
        } catch {
            #expect(error.description.contains("model.gguf"))
            #expect(error.description.contains("Refusal"))
            #expect(error.isWrongUse)
        }
    }

    @Test func firstTurnsAreShownSideBySide() throws {
        let comparison = ChatTemplate.firstTurnComparison(
            asked: try ChatTemplate.named("vicuna"), own: try ChatTemplate.named("chatml"), endOfSequence: "</s>")
        #expect(!comparison.isEqual)
        #expect(comparison.description.contains("USER: (the question) ASSISTANT:(the answer)</s>"))
        #expect(comparison.description.contains("    <|im_start|>user\n    (the question)<|im_end|>"))
        let same = try ChatTemplate.firstTurnComparison(asked: try ChatTemplate.named("chatml")) { chatML($0) }
        #expect(same.isEqual)
    }
}
