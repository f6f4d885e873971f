import DatasetFormats
import Messages

/// Turns rows into conversations, as a data set's schema says.
public struct RowConverter: Sendable {
    let schema: RowSchema

    public init(schema: RowSchema) { self.schema = schema }

    /// - Parameter index: the row's number, for errors.
    /// - Throws: `ConversationsError` for a row that LLaMA-Factory would call abnormal, or that has media; the latter is
    ///   not about one row.
    public func conversation(from row: JSONObject, index: Int) throws(ConversationsError) -> Conversation {
        let reader = RowReader(row: row, index: index, schema: schema)
        for purpose in [ColumnMapping.Purpose.images, .videos, .audios] {
            if let value = reader.value(purpose), !value.holdsNothing {
                throw .unsupportedMedia(row: index, field: reader.field(purpose), what: purpose.rawValue)
            }
        }
        return switch schema.formatting {
        case .alpaca: try alpaca(reader)
        case .sharegpt: try dialogue(reader, messages: sharegptMessages(reader))
        case .openai: try dialogue(reader, messages: openaiMessages(reader))
        }
    }

    // MARK: Alpaca

    private func alpaca(_ reader: RowReader) throws(ConversationsError) -> Conversation {
        var prompt: [Message] = []
        for (turn, pair) in (try reader.list(.history) ?? []).enumerated() {
            guard let texts = pair.arrayValue, texts.count == 2, let question = texts[0].stringValue,
                let answer = texts[1].stringValue
            else {
                throw .wrongType(
                    row: reader.index, field: "\(schema.columns[.history] ?? "history")[\(turn)]", found: pair.kind,
                    wanted: "a pair of texts")
            }
            prompt += [Message(role: .user, content: question), Message(role: .assistant, content: answer)]
        }
        let parts = [try reader.text(.prompt), try reader.text(.query)].compactMap { $0 }.filter { !$0.isEmpty }
        prompt.append(Message(role: .user, content: parts.joined(separator: "\n")))
        return Conversation(
            system: try reader.text(.system) ?? "", tools: try reader.tools(), prompt: prompt,
            response: try alpacaResponse(reader))
    }

    private func alpacaResponse(_ reader: RowReader) throws(ConversationsError) -> Conversation.Response {
        func answer(_ text: String) -> Message { Message(role: .assistant, content: text) }
        if let desirable = reader.value(.ktoTag)?.boolValue, let text = try reader.text(.response) {
            return .judged(answer(text), isDesirable: desirable)
        }
        if schema.ranking, let chosen = reader.value(.chosen)?.stringValue,
            let rejected = reader.value(.rejected)?.stringValue
        {
            return .pairwise(chosen: answer(chosen), rejected: answer(rejected))
        }
        guard let text = try reader.text(.response) else { return .none }
        return .supervised(answer(text))
    }

    // MARK: Sharegpt and openai

    /// Checks that roles alternate, takes the system text off the front, and splits off the answer.
    private func dialogue(
        _ reader: RowReader, messages: [(role: Role, tag: String, content: String)]
    ) throws(ConversationsError) -> Conversation {
        var messages = messages[...]
        var system = try reader.text(.system) ?? ""
        if let first = messages.first, first.role == .system {
            system = first.content
            messages = messages.dropFirst()
        }
        let field = schema.columns[.messages] ?? "messages"
        for (place, message) in messages.enumerated() {
            guard message.role != .system, message.role.isModel == (place % 2 == 1) else {
                throw .rolesOutOfTurn(
                    row: reader.index, field: field, message: place + messages.startIndex, role: message.tag)
            }
        }
        let plain = messages.map { Message(role: $0.role, content: $0.content) }
        let tools = try reader.tools()
        if schema.ranking, let chosen = reader.value(.chosen), let rejected = reader.value(.rejected) {
            guard plain.count % 2 == 1 else {
                throw .incompleteTurn(row: reader.index, field: field, messageCount: plain.count)
            }
            let pair = Conversation.Response.pairwise(
                chosen: try reader.answer(chosen, .chosen), rejected: try reader.answer(rejected, .rejected))
            return Conversation(system: system, tools: tools, prompt: plain, response: pair)
        }
        guard let answer = plain.last, plain.count % 2 == 0 else {
            throw .incompleteTurn(row: reader.index, field: field, messageCount: plain.count)
        }
        let response: Conversation.Response =
            reader.value(.ktoTag)?.boolValue.map { .judged(answer, isDesirable: $0) } ?? .supervised(answer)
        return Conversation(system: system, tools: tools, prompt: plain.dropLast(), response: response)
    }

    private func sharegptMessages(
        _ reader: RowReader
    ) throws(ConversationsError) -> [(role: Role, tag: String, content: String)] {
        var messages: [(role: Role, tag: String, content: String)] = []
        for (place, object) in try reader.messageObjects().enumerated() {
            let (role, tag) = try reader.role(object, place)
            messages.append((role, tag, try reader.content(object, place)))
        }
        return messages
    }

    private func openaiMessages(
        _ reader: RowReader
    ) throws(ConversationsError) -> [(role: Role, tag: String, content: String)] {
        var messages: [(role: Role, tag: String, content: String)] = []
        var answers: [String] = []
        func flush() {
            guard !answers.isEmpty else { return }
            let joined = answers.joined(separator: "\n</tool_response>\n<tool_response>\n")
            messages.append((.observation, schema.tags.observation ?? Role.observation.rawValue, joined))
            answers = []
        }
        for (place, object) in try reader.messageObjects().enumerated() {
            let (role, tag) = try reader.role(object, place)
            if role == .observation {
                answers.append(try reader.content(object, place))
                continue
            }
            flush()
            if role.isModel, let calls = object["tool_calls"]?.arrayValue, !calls.isEmpty {
                messages.append((.function, schema.tags.function ?? "tool_calls", try reader.calls(calls, place)))
            } else {
                messages.append((role, tag, try reader.content(object, place)))
            }
        }
        // What tools answered last, and no model spoke to, is left out: the row ends with the call.
        return messages
    }
}

extension JSONValue {
    /// Whether a column of media says that the row has none.
    fileprivate var holdsNothing: Bool {
        isNull || stringValue?.isEmpty == true || arrayValue?.allSatisfy(\.holdsNothing) == true
    }
}
