import Messages

extension ChatTemplate {
    /// Renders a conversation of whole turns: user or observation, then assistant or function.
    ///
    /// A reasoning template gives an answer without a thought an empty one: to be learnt where thinking is enabled,
    /// else as part of what is read.
    ///
    /// - Parameters:
    ///   - system: nil or empty for the template's own.
    ///   - tools: a JSON list of tools; nil or empty for none.
    ///   - masksHistory: whether the last answer alone is learnt: a reasoning template then takes the thoughts out of
    ///     all the others, unless it preserves them.
    ///   - enableThinking: nil for the template's own; false takes all thoughts out.
    /// - Throws: `ChatTemplatesError`: `roleOutOfTurn`, `malformedTools`, `malformedFunctionCall`, `parallelCalls`,
    ///   `noPlaceForSystem`.
    public func render(
        _ messages: [Message], system: String? = nil, tools: String? = nil, masksHistory: Bool = false,
        enableThinking: Bool? = nil
    ) throws(ChatTemplatesError) -> [RenderedTurn] {
        guard messages.count % 2 == 0 else {
            throw .roleOutOfTurn(index: messages.count - 1, role: messages[messages.count - 1].role)
        }
        let thinks = enableThinking ?? enablesThinking
        let dropsHistory = isReasoning && masksHistory && !preservesThinking
        var messages = messages
        for index in stride(from: 1, to: messages.count, by: 2) where isReasoning {
            if !thinks || (dropsHistory && index < messages.count - 1) {
                messages[index].content = thoughtWords.removed(from: messages[index].content)
            }
        }
        let pieces = try renderEach(messages, system: system, tools: tools)
        return stride(from: 0, to: pieces.count, by: 2).map { index in
            let isHistory = dropsHistory && index + 2 < pieces.count
            let thought = isHistory ? [] : emptyThought(before: messages[index + 1].content)
            return RenderedTurn(
                prompt: pieces[index] + (thinks ? [] : thought),
                response: (thinks ? thought : []) + pieces[index + 1])
        }
    }

    /// Renders a conversation whose last turn alone is to be learnt: what was said before is all prompt, and a
    /// reasoning template takes the thoughts out of it, unless it preserves them.
    ///
    /// - Throws: as `render`.
    public func renderLastTurn(
        _ messages: [Message], system: String? = nil, tools: String? = nil, enableThinking: Bool? = nil
    ) throws(ChatTemplatesError) -> RenderedTurn {
        let turns = try render(
            messages, system: system, tools: tools, masksHistory: true, enableThinking: enableThinking)
        guard let last = turns.last else { throw .roleOutOfTurn(index: 0, role: .assistant) }
        return RenderedTurn(
            prompt: turns.dropLast().flatMap { $0.prompt + $0.response } + last.prompt, response: last.response)
    }

    /// Renders a conversation that ends with the user, up to where the assistant begins to speak.
    ///
    /// A reasoning template takes the thoughts out of earlier answers, unless it preserves them, and ends with an
    /// empty one where thinking is not enabled.
    ///
    /// - Throws: as `render`.
    public func renderPrompt(
        _ messages: [Message], system: String? = nil, tools: String? = nil, enableThinking: Bool? = nil
    ) throws(ChatTemplatesError) -> [TemplatePiece] {
        guard messages.count % 2 == 1 else {
            throw .roleOutOfTurn(index: max(0, messages.count - 1), role: messages.last?.role ?? .assistant)
        }
        return try renderLastTurn(
            messages + [Message(role: .assistant, content: "")], system: system, tools: tools,
            enableThinking: enableThinking
        ).prompt
    }

    /// What an answer gets before it, where it says nothing of a thought.
    private func emptyThought(before answer: String) -> [TemplatePiece] {
        guard let emptyThought, !thoughtWords.isHinted(in: answer) else { return [] }
        return switch emptyThought {
        case .bothWords: [.text(thoughtWords.opening + thoughtWords.closing)]
        case .lastWord: [.text(thoughtWords.closing)]
        }
    }

    private func renderEach(
        _ messages: [Message], system: String?, tools: String?
    ) throws(ChatTemplatesError) -> [[TemplatePiece]] {
        var result: [[TemplatePiece]] = []
        for (index, message) in messages.enumerated() {
            guard message.role != .system, message.role.isModel == (index % 2 == 1) else {
                throw .roleOutOfTurn(index: index, role: message.role)
            }
            let opening = index == 0 ? try opening(system: system, tools: tools) : Opening(pieces: [], text: "")
            let said: [TemplatePiece] =
                switch message.role {
                case .user, .system: asked(opening.text + message.content, turn: index / 2)
                case .observation: Self.text(opening.text) + Self.fill(observation, message.content)
                case .assistant: Self.fill(assistant, message.content)
                case .function: Self.fill(function, try called(message.content))
                }
            result.append(opening.pieces + said)
        }
        return result
    }

    private func asked(_ content: String, turn: Int) -> [TemplatePiece] {
        let pieces = Self.fill(user, content)
        return systemPlace == .user ? pieces : pieces.map { Self.number($0, turn: turn) }
    }

    /// A function message's calls in the tool format, after what the message says besides them.
    private func called(_ content: String) throws(ChatTemplatesError) -> String {
        let message = FunctionMessage(content, callWords: callWords, thoughtWords: thoughtWords)
        return message.text + (try toolFormat.render(calls: message.calls))
    }

    /// What stands before the first message: pieces of their own, and text that goes inside the first turn.
    private struct Opening {
        var pieces: [TemplatePiece]
        var text: String
    }

    private func opening(
        system: String?, tools: String?
    ) throws(ChatTemplatesError) -> Opening {
        let tools = tools ?? ""
        let text = system.flatMap { $0.isEmpty ? nil : $0 } ?? defaultSystem
        guard !(text.isEmpty && tools.isEmpty) else { return Opening(pieces: prefix, text: "") }
        guard !self.system.isEmpty else { throw .noPlaceForSystem(template: name) }
        let told = try tools.isEmpty ? "" : describe(tools: tools)
        let pieces = Self.fill(self.system, text + told)
        switch systemPlace {
        case .own: return Opening(pieces: prefix + pieces, text: "")
        case .user: return Opening(pieces: prefix, text: pieces.map { $0.plainText() }.joined())
        }
    }

    private func describe(tools: String) throws(ChatTemplatesError) -> String {
        let described = try toolFormat.describe(tools: tools, date: date ?? .today)
        return self.tools.isEmpty ? described : Self.fill(self.tools, tools).map { $0.plainText() }.joined()
    }

    /// Puts the turn's number in the place of the first `{{idx}}`, as LLaMA-Factory does after it has put in the
    /// message: a user's own text that says `{{idx}}` is changed too, and a model taught there expects it.
    private static func number(_ piece: TemplatePiece, turn: Int) -> TemplatePiece {
        guard case .text(let text) = piece, let numbered = replacingFirst("{{idx}}", in: text, with: "\(turn)") else {
            return piece
        }
        return .text(numbered)
    }

    private static func text(_ text: String) -> [TemplatePiece] { text.isEmpty ? [] : [.text(text)] }

    static func fill(_ slot: [TemplatePiece], _ content: String) -> [TemplatePiece] {
        slot.compactMap { piece in
            guard case .text(let text) = piece else { return piece }
            // Only the slot's own mark is replaced, never one inside the content.
            let filled = replacingFirst("{{content}}", in: text, with: content) ?? text
            return filled.isEmpty ? nil : .text(filled)
        }
    }

    /// Nil where the mark is not there. Bytes are compared: a mark stays one whatever accent follows it.
    private static func replacingFirst(_ mark: String, in text: String, with content: String) -> String? {
        var scanner = TextScanner(text)
        guard let before: String = scanner.text(upTo: mark) else { return nil }
        return before + content + String(decoding: scanner.rest, as: UTF8.self)
    }
}
