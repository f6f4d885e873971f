import ChatTemplates
import Conversations

/// A row that cannot be learnt from, and why.
public struct SkippedRow: Sendable, Hashable, CustomStringConvertible {
    public enum Reason: Sendable, Hashable {
        /// It is no conversation.
        case conversation(ConversationsError)
        /// The template cannot render it.
        case template(ChatTemplatesError)
        /// It has not what is to be learnt, or too much of it.
        case encoding(StreamingLoaderError)

        /// What is wrong, without where: equal for rows that are wrong in the same way.
        public var kind: String {
            switch self {
            case .conversation(let error): error.kind
            case .template: "not renderable with the template"
            case .encoding(let error): error.kind
            }
        }
    }

    /// The data set's name.
    public let source: String
    public let row: Int
    public let reason: Reason

    /// - Returns: nil for an error that is not about this row alone, which no other row would help with.
    public init?(source: String, row: Int, error: any Error) {
        switch error {
        case let error as ConversationsError where error.isAboutOneRow: reason = .conversation(error)
        case let error as ChatTemplatesError where !error.isWrongUse: reason = .template(error)
        case let error as StreamingLoaderError where error.isAboutOneRow: reason = .encoding(error)
        default: return nil
        }
        self.source = source
        self.row = row
    }

    public var description: String {
        switch reason {
        case .conversation(let error): "\(source): \(error)"
        case .template(let error): "\(source): row \(row): \(error)"
        case .encoding(let error): "\(source): \(error)"
        }
    }
}
