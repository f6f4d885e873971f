import LanguageModels
import Messages
import Serving
import Testing

/// A conversation reads only what is new, remembers what was said, and ends where it should.
@Suite struct ChatSessionTests {
    private let questions = ["Who are you?", "What is the capital of France?", "你是谁？"]

    @Test func goingOnReadsNoDifferentlyThanFromTheBeginning() throws {
        let tiny = try TinyChat()
        let session = try tiny.session()
        var said: [Message] = []
        for question in questions {
            let answer = try session.answer(to: question)
            // A session that is told everything at once has nothing in its cache to get wrong.
            let fresh = try tiny.session()
            fresh.recall(said)
            #expect(try fresh.answer(to: question).text == answer.text)
            said += [Message(role: .user, content: question), Message(role: .assistant, content: answer.text)]
            #expect(session.messages == said)
        }
    }

    @Test func textArrivesAsItIsMadeAndInWholeCharacters() throws {
        let session = try TinyChat().session()
        var pieces: [String] = []
        let answer = try session.answer(to: "你是谁？") { piece in
            pieces.append(piece)
            return true
        }
        #expect(pieces.count > 5)
        #expect(pieces.joined() == answer.text)
        #expect(!answer.text.contains("\u{FFFD}"))
    }

    /// The tools are read by the model, and a tool's answer goes on from its call.
    @Test func toolsAreToldAndTheirAnswersHeard() throws {
        let tiny = try TinyChat()
        let tools = #"[{"name": "get_weather", "description": "The weather.", "parameters": {"type": "object"}}]"#
        let plain = try tiny.session().answer(to: "Who are you?")
        let session = try tiny.session(tools: tools)
        let told = try session.answer(to: "Who are you?", maximumTokens: 4)
        #expect(told.promptTokenCount > plain.promptTokenCount + 100)
        #expect(told.calls.isEmpty)
        session.recall([
            Message(role: .user, content: "The weather?"),
            Message(role: .function, content: #"[{"name": "get_weather", "arguments": {"city": "Paris"}}]"#),
        ])
        let heard = try session.answer(to: "sunny", from: .observation, maximumTokens: 4)
        #expect(heard.promptTokenCount > told.promptTokenCount)
        #expect(session.messages.map(\.role) == [.user, .function, .observation, .assistant])
    }

    @Test func endsAtTheLimitOrWhereTheListenerHasEnough() throws {
        let session = try TinyChat().session()
        let short = try session.answer(to: "Who are you?", maximumTokens: 3)
        #expect(short.answerTokenCount == 3)
        #expect(short.ending == .length)
        var heard = 0
        let stopped = try session.answer(to: "Who are you?") { _ in
            heard += 1
            return heard < 4
        }
        #expect(heard == 4)
        #expect(stopped.ending == .stop)
    }

    @Test func aConversationThatDoesNotFitIsRefusedAndNotRemembered() throws {
        let session = try TinyChat().session(capacity: 128)
        #expect(throws: LanguageModelsError.self) { try session.answer(to: String(repeating: "x", count: 500)) }
        #expect(session.messages.isEmpty)
        #expect(try session.answer(to: "hi", maximumTokens: 4).answerTokenCount == 4)
    }

    @Test func theSystemMessageIsHeard() throws {
        let tiny = try TinyChat()
        let own = try tiny.session().answer(to: "Who are you?")
        let told = try tiny.session(system: "You are Bobo, made by Lala.").answer(to: "Who are you?")
        #expect(own.text != told.text)
        #expect(told.promptTokenCount != own.promptTokenCount)
    }

    @Test func samplingRepeatsWithItsSeedAlone() throws {
        let tiny = try TinyChat()
        func text(_ seed: UInt64) throws -> String {
            try tiny.session(sampler: Sampler(temperature: 3, seed: seed)).answer(to: "hi", maximumTokens: 20).text
        }
        #expect(try text(1) == text(1))
        #expect(try text(1) != text(2))
    }

    @Test func aStopWordEndsAnAnswerAndIsNoPartOfIt() throws {
        let tiny = try TinyChat()
        let whole = try tiny.session().answer(to: "Who are you?").text
        let word = String(whole.dropFirst(6).prefix(3))
        var told = ""
        let session = try tiny.session()
        let cut = try session.answer(to: "Who are you?", stopWords: ["never said", word]) {
            told += $0
            return true
        }
        #expect(whole.hasPrefix(cut.text + word) && told == cut.text && cut.ending == .stop)
        // What was cut off is not remembered.
        #expect(session.messages.last?.content == cut.text)
        #expect(try tiny.session().answer(to: "Who are you?", stopWords: ["never said"]).text == whole)
    }
}
