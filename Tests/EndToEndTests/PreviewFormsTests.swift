import DatasetFormats
import Testing

/// `ds preview --as`: what a row says, and what is learnt of it.
@Suite struct PreviewFormsTests {
    private static let chat = """
        {"conversations":[{"from":"human","value":"hi"},{"from":"gpt","value":"ok"}]}
        {"conversations":[{"from":"gpt","value":"too soon"},{"from":"human","value":"hi"}]}

        """

    private func workplace() throws -> Workplace {
        let place = try Workplace()
        try place.write(Self.chat, to: "chat.jsonl")
        try place.program.run("add", "chat.jsonl")
        try place.program.run("model", "add", Program.fixture("tiny-chat.gguf").path, "--name", "tiny")
        return place
    }

    @Test("Tokens are set apart, and those that are learnt are in brackets where there is no colour")
    func tokens() throws {
        let place = try workplace()
        let outcome = try place.program.run("preview", "chat", "--as", "tokens", "--model", "tiny")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains(" tokens, 4 learnt\n"))
        #expect(outcome.output.contains("<|im_start|>│u│s│e│r│⏎\nh│i│<|im_end|>│⏎\n"))
        #expect(outcome.output.contains("\n[o][k][<|im_end|>][⏎]\n"))
        #expect(outcome.output.contains("row 1\n  skipped: chat: row 1, conversations[0]: the role gpt is out of turn"))
        #expect(!outcome.output.contains("\u{1B}"))
    }

    @Test("JSON has ids, labels and the tokens' texts, one for each")
    func json() throws {
        let place = try workplace()
        let outcome = try place.program.run("preview", "chat", "--as", "tokens", "--json", "--limit", "1")
        let item = try #require(try outcome.object()["items"]?.arrayValue?.first?.objectValue)
        let ids = try #require(item["input_ids"]?.arrayValue).compactMap(\.intValue)
        let labels = try #require(item["labels"]?.arrayValue).compactMap(\.intValue)
        let tokens = try #require(item["tokens"]?.arrayValue).compactMap(\.stringValue)
        #expect(ids.count == labels.count && ids.count == tokens.count)
        let learnt = zip(labels, tokens).filter { $0.0 != -100 }
        #expect(learnt.map(\.1) == ["o", "k", "<|im_end|>", "\n"])
        #expect(zip(ids, labels).allSatisfy { $1 == -100 || $0 == $1 })
        let text = try place.program.run("preview", "chat", "--as", "text", "--json", "--limit", "1")
        let whole = try #require(try text.object()["items"]?.arrayValue?.first?.objectValue?["answer"]?.stringValue)
        #expect(whole == tokens.joined())
    }

    @Test("Options change what is learnt, and the cutoff what is there")
    func options() throws {
        let place = try workplace()
        func shown(_ more: String...) throws -> String {
            let outcome = try place.program.run(["preview", "chat", "--as", "tokens", "--limit", "1"] + more)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return outcome.output
        }
        #expect(try shown("--train-on-prompt", "true").contains("[h][i][<|im_end|>]"))
        #expect(try shown("--cutoff-len", "10").contains("answer: 10 tokens"))
        #expect(try shown("--template", "default").contains("H│u│m│a│n│:"))
        #expect(try place.program.run("preview", "chat", "--as", "tokens", "--cutoff-len", "no").status == 2)
    }

    @Test("A template that is named needs no model; a conversation needs neither")
    func withoutAModel() throws {
        let place = try Workplace()
        try place.write(Self.chat, to: "chat.jsonl")
        try place.program.run("add", "chat.jsonl")
        let text = try place.program.run("preview", "chat", "--as", "text", "--template", "chatml", "--limit", "1")
        #expect(
            text.output.hasPrefix(
                "row 0\n<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nok<|im_end|>\n"), "\(text.output)")
        let conversation = try place.program.run("preview", "chat", "--as", "conversation", "--limit", "1")
        #expect(conversation.output.hasPrefix("row 0\n  user: hi\n  assistant: ok\n"))
        #expect(try place.program.run("preview", "chat", "--as", "tokens").status == 2)
        let strict = try place.program.run("preview", "chat", "--as", "conversation", "--strict")
        #expect(strict.status == 3)
        #expect(strict.errors.contains("row 1, conversations[0]: the role gpt is out of turn"))
    }

    @Test("What rows mean is shown, and whether it was said or found")
    func formats() throws {
        let place = try Workplace()
        try place.write(#"{"prompt":"a","completion":"b","label":true}"#, to: "judged.jsonl")
        try place.program.run("add", "judged.jsonl")
        try place.program.run("add", "judged.jsonl", "--name", "said", "--columns", "prompt=prompt,response=completion")
        #expect(
            try place.program.run("show", "judged").output.contains(
                "alpaca, answers judged good or bad, found from its columns: prompt response=completion kto_tag=label"))
        #expect(
            try place.program.run("show", "said").output.contains(
                "alpaca, answers, as given: prompt response=completion"))
    }

    @Test("Images end the work by the name of their column")
    func media() throws {
        let place = try workplace()
        try place.write(#"{"instruction":"a","output":"b","images":["x.png"]}"#, to: "seen.jsonl")
        try place.program.run("add", "seen.jsonl")
        for command in [
            ["preview", "seen", "--as", "conversation"], ["stats", "seen"],
            ["train", "--model", "tiny", "--dataset", "seen", "--out", "runs/x"],
        ] {
            let outcome = try place.program.run(command)
            #expect(outcome.status == 3, "\(command)")
            #expect(outcome.errors.contains("row 0, images: images are not supported yet"), "\(outcome.errors)")
        }
    }
}
