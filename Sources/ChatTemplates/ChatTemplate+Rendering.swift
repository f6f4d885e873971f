import Messages

extension ChatTemplate {
    /// Renders a conversation of whole turns: user or observation, then assistant or function.
    ///
    /// - Parameters:
    ///   - system: nil or empty for the template's own.
    ///   - tools: a JSON list of tools; nil or empty for none.
    /// - Throws: `ChatTemplatesError`: `roleOutOfTurn`, `malformedTools`, `malformedFunctionCall`.
    public func render(
        _ messages: [Message], system: String? = nil, tools: String? = nil
    ) throws(ChatTemplatesError) -> [RenderedTurn] {
        guard messages.count % 2 == 0 else {
            throw .roleOutOfTurn(index: messages.count - 1, role: messages[messages.count - 1].role)
        }
        let pieces = try renderEach(messages, system: system, tools: tools)
        return stride(from: 0, to: pieces.count, by: 2).map {
            RenderedTurn(prompt: pieces[$0], response: pieces[$0 + 1])
        }
    }

    /// Renders a conversation that ends with the user, up to where the assistant begins to speak.
    ///
    /// - Throws: as `render`.
    public func renderPrompt(
        _ messages: [Message], system: String? = nil, tools: String? = nil
    ) throws(ChatTemplatesError) -> [TemplatePiece] {
        guard messages.count % 2 == 1 else {
            throw .roleOutOfTurn(index: max(0, messages.count - 1), role: messages.last?.role ?? .assistant)
        }
        return try renderEach(messages, system: system, tools: tools).flatMap { $0 }
    }

    private func renderEach(
        _ messages: [Message], system: String?, tools: String?
    ) throws(ChatTemplatesError) -> [[TemplatePiece]] {
        var result: [[TemplatePiece]] = []
        for (index, message) in messages.enumerated() {
            guard message.role != .system, message.role.isModel == (index % 2 == 1) else {
                throw .roleOutOfTurn(index: index, role: message.role)
            }
            var pieces = index == 0 ? try opening(system: system, tools: tools) : []
            switch message.role {
            case .user, .system: pieces += Self.fill(user, message.content).map { Self.number($0, turn: index / 2) }
            case .observation: pieces += Self.fill(observation, message.content)
            case .assistant: pieces += Self.fill(assistant, message.content)
            case .function: pieces += Self.fill(function, try toolFormat.render(calls: message.content))
            }
            result.append(pieces)
        }
        return result
    }

    private func opening(system: String?, tools: String?) throws(ChatTemplatesError) -> [TemplatePiece] {
        let text = system.flatMap { $0.isEmpty ? nil : $0 } ?? defaultSystem
        let toolText = try tools.flatMap { $0.isEmpty ? nil : $0 }.map(toolFormat.describe) ?? ""
        guard !(text.isEmpty && (tools ?? "").isEmpty) else { return prefix }
        return prefix + Self.fill(self.system, text + toolText)
    }

    /// Puts the turn's number in the place of the first `{{idx}}`, as LLaMA-Factory does after it has put in the
    /// message: a user's own text that says `{{idx}}` is changed too, and a model taught there expects it.
    private static func number(_ piece: TemplatePiece, turn: Int) -> TemplatePiece {
        guard case .text(let text) = piece else { return piece }
        let parts = text.split(separator: "{{idx}}", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? .text("\(parts[0])\(turn)\(parts[1])") : piece
    }

    private static func fill(_ slot: [TemplatePiece], _ content: String) -> [TemplatePiece] {
        slot.compactMap { piece in
            guard case .text(let text) = piece else { return piece }
            // Only the slot's own mark is replaced, never one inside the content.
            let parts = text.split(separator: "{{content}}", maxSplits: 1, omittingEmptySubsequences: false)
            let filled = parts.count == 2 ? parts[0] + content + parts[1] : Substring(text)
            return filled.isEmpty ? nil : .text(String(filled))
        }
    }
}
