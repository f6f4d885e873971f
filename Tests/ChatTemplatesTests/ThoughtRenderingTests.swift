import Messages
import Testing

@testable import ChatTemplates

@Suite struct ThoughtRenderingTests {
    private let plain = [
        Message(role: .user, content: "2+2?"), Message(role: .assistant, content: "<think>\nadd\n</think>\n\n4"),
        Message(role: .user, content: "3+3?"), Message(role: .assistant, content: "6"),
    ]

    private func text(_ pieces: [TemplatePiece]) -> String { pieces.map { $0.plainText() }.joined() }

    @Test func withoutThinkingThoughtsGoAndTheEmptyOneIsRead() throws {
        let turns = try ChatTemplate.named("qwen3").render(plain, enableThinking: false)
        #expect(text(turns[0].prompt).hasSuffix("<|im_start|>assistant\n<think>\n\n</think>\n\n"))
        #expect(text(turns[0].response) == "4<|im_end|>\n")
        #expect(text(turns[1].prompt).hasSuffix("<think>\n\n</think>\n\n"))
        #expect(text(turns[1].response) == "6<|im_end|>\n")
    }

    @Test func withThinkingTheEmptyThoughtIsLearnt() throws {
        let turns = try ChatTemplate.named("qwen3").render(plain)
        #expect(text(turns[0].response) == "<think>\nadd\n</think>\n\n4<|im_end|>\n")
        #expect(turns[1].response.first == .text("<think>\n\n</think>\n\n"))
        let dropped = try ChatTemplate.named("qwen3").render(plain, masksHistory: true)
        #expect(text(dropped[0].response) == "4<|im_end|>\n")
    }

    @Test func aPlainTemplateLeavesThoughtsAlone() throws {
        let template = try ChatTemplate.named("chatml")
        let turns = try template.render(plain, masksHistory: true, enableThinking: false)
        #expect(try turns == template.render(plain))
        #expect(text(turns[0].response) == "<think>\nadd\n</think>\n\n4<|im_end|>\n")
    }

    @Test func aPromptEndsWithAnEmptyThoughtWhereThinkingIsOff() throws {
        let asked = Array(plain.dropLast())
        let template = try ChatTemplate.named("glm4_7")
        #expect(
            try text(template.renderPrompt(asked))
                == "[gMASK]<sop><|user|>\n2+2?<|assistant|>\n<think>\nadd\n</think>\n\n4<|user|>\n3+3?<|assistant|>"
                .replacing("<think>\nadd\n</think>\n\n", with: ""))
        #expect(try text(template.renderPrompt(asked, enableThinking: false)).hasSuffix("<|assistant|></think>"))
    }

    @Test func aThoughtBeforeACallStaysBeforeIt() throws {
        let call = #"{"name": "f", "arguments": {}}"#
        let rendered = "<tool_call>\n\(call)\n</tool_call><|im_end|>\n"
        for (content, expected) in [
            ("<think>\nlook\n</think>\n\n\(call)", "<think>\nlook\n</think>\n\n\(rendered)"),
            ("Let me look. <tool_call>\(call)</tool_call>", "Let me look. \(rendered)"),
        ] {
            let turns = try ChatTemplate.named("qwen3_nothink").render([
                Message(role: .user, content: "?"), Message(role: .function, content: content),
            ])
            #expect(text(turns[0].response) == expected)
        }
    }

    @Test func callsAreReadAfterTheThought() throws {
        let call = "<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>"
        let expected = [ToolCall(name: "f", arguments: .object([:]))]
        let qwen = try ChatTemplate.named("qwen3")
        #expect(qwen.calls(in: "<think>\nlook\n</think>\n\n\(call)") == expected)
        #expect(qwen.calls(in: "look\n</think>\n\n\(call)") == expected)
        #expect(qwen.calls(in: call) == expected)
        #expect(qwen.calls(in: "<think>\nnot \(call)\n</think>\n\nNo.") == nil)
        #expect(
            try ChatTemplate.named("llama3").calls(in: #"<think>x</think>{"name": "f", "parameters": {}}"#) == expected)
    }

    @Test func theSystemTextIsInTheFirstQuestionWhereItHasNoTurn() throws {
        let messages = [Message(role: .user, content: "a"), Message(role: .assistant, content: "b")]
        let turns = try ChatTemplate.named("gemma").render(messages, system: "S")
        #expect(
            turns[0].prompt == [
                .beginningOfSequence, .text("<start_of_turn>user\nS\n\na<end_of_turn>\n<start_of_turn>model\n"),
            ])
    }

    @Test func toolsAreGivenAsTheyAreWhereTheyHaveASlot() throws {
        let tools = #"[{"name":"f"}]"#
        let template = try ChatTemplate.named("phi4_mini")
        let prompt = try template.renderPrompt([Message(role: .user, content: "a")], system: "S", tools: tools)
        #expect(text(prompt) == "<|system|>S<|tool|>\(tools)<|/tool|><|end|><|user|>a<|end|><|assistant|>")
    }
}
