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
    private func recognised(
        beginningOfSequence: String = "", endOfSequence: String = "", rendering: (TemplateProbe) throws -> String
    ) throws -> ChatTemplate {
        let found = ChatTemplate.recognised(
            beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence, rendering: rendering)
        return try #require(found)
    }

    @Test func plainChatMLIsChatML() throws {
        let template = try recognised { chatML($0) }
        #expect(try template == ChatTemplate.named("chatml"))
    }

    @Test func aNamedTemplateIsFoundByItsSystemText() throws {
        for name in ["smollm2", "dbrx", "qwen"] {
            let named = try ChatTemplate.named(name)
            let template = try recognised {
                chatML($0, defaultSystem: named.defaultSystem)
            }
            #expect(template == named)
        }
    }

    @Test func anotherSystemTextIsTakenFromTheModel() throws {
        let template = try recognised { chatML($0, defaultSystem: "You are X.") }
        #expect(template.name == "chatml (the model's own)")
        #expect(template.defaultSystem == "You are X.")
    }

    @Test func aTemplateThatDropsThoughtsIsAReasoningOne() throws {
        let template = try recognised { probe in
            turns(probe, answering: "<|im_start|>assistant\n") { message in
                let content = message.content.split(around: ["<think>", "</think>\n\n"])?.last ?? message.content
                return "<|im_start|>\(message.role.rawValue)\n\(content)<|im_end|>\n"
            }
        }
        #expect(template.isReasoning)
    }

    @Test func aThoughtMayBeginInThePrompt() throws {
        let template = try recognised { probe in
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
        let template = try recognised { chatML($0, defaultSystem: mimo.defaultSystem) }
        #expect(template.name == "chatml (the model's own)")
        #expect(template.defaultSystem == mimo.defaultSystem)
    }

    @Test func theEndOfTheSequenceMayFollowTheLastAnswer() throws {
        let phi: (TemplateProbe) -> String = { probe in
            turns(probe, answering: "<|assistant|>\n") { "<|\($0.role.rawValue)|>\n\($0.content)<|end|>\n" }
                + (probe.addsGenerationPrompt ? "" : "</s>")
        }
        let template = try recognised(endOfSequence: "</s>", rendering: phi)
        #expect(try template == ChatTemplate.named("phi"))
    }

    @Test func theToolFormatIsTheOneThatTheModelIsToldToolsIn() throws {
        let template = try recognised { probe in
            guard let tools = probe.tools else { return chatML(probe) }
            let told = try ToolFormat.qwen.describe(tools: tools)
            return "<|im_start|>system\n\(told)<|im_end|>\n" + chatML(probe)
        }
        #expect(template.name == "qwen3_nothink")
    }

    @Test(arguments: ChatTemplate.named)
    func everyNamedTemplateIsRecognisedByWhatItRenders(template: ChatTemplate) throws {
        // Not one's name, but one that renders alike: several have the same slots.
        let found = try recognised(beginningOfSequence: "<s>", endOfSequence: "</s>") {
            let own = OwnTemplate(beginningOfSequence: "<s>", endOfSequence: "</s>") { _ in "" }
            return try #require(own.texts($0, by: template).first)
        }
        for probe in [TemplateProbe.longer, .longerEnded, .longer.withSystem] {
            let reader = OwnTemplate(beginningOfSequence: "<s>", endOfSequence: "</s>") { _ in "" }
            #expect(reader.texts(probe, by: found).last == reader.texts(probe, by: template).last, "\(found.name)")
        }
    }

    @Test func gemmaIsKnownThoughItRefusesASystemMessage() throws {
        let template = try recognised(beginningOfSequence: "<bos>") { probe in
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
            { (_: TemplateProbe) in throw Refusal() },
        ] as [@Sendable (TemplateProbe) throws -> String])
    func templatesThatNoNameHasAreNotTakenForOne(render: @Sendable (TemplateProbe) throws -> String) {
        #expect(ChatTemplate.recognised(rendering: render) == nil)
    }

    @Test func firstTurnsAreShownSideBySide() throws {
        let comparison = ChatTemplate.firstTurnComparison(
            asked: try ChatTemplate.named("vicuna"), own: try ChatTemplate.named("chatml"), endOfSequence: "</s>")
        #expect(!comparison.isEqual)
        let rows = comparison.description.split(separator: "\n").dropFirst().map { row in
            row.split(separator: "│", omittingEmptySubsequences: false).map { $0.trimmingPrefix { $0 == " " } }
        }
        #expect(rows.allSatisfy { $0.count == 2 } && rows.first?[0].hasPrefix("vicuna ") == true)
        let asked = rows.map { $0[0].prefix(56) }.joined().split(separator: " ").joined(separator: " ")
        #expect(asked.contains("USER: (the question) ASSISTANT:(the answer)</s>"))
        let own = rows.map { $0[1] }
        #expect(own.contains("<|im_start|>user") && own.contains("(the question)<|im_end|>"))
        let same = ChatTemplate.firstTurnComparison(
            asked: try ChatTemplate.named("chatml"), own: try ChatTemplate.named("chatml"))
        #expect(same.isEqual)
    }
}
