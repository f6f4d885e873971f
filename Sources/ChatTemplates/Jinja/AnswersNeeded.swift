/// Which of a conversation's answers must be told from the rest of its rendering.
public enum AnswersNeeded: Sendable, Hashable {
    /// Each of them is learnt.
    case all
    /// The last alone is learnt, as one stretch.
    case last
    /// None is learnt; those that can be told are.
    case none
}
