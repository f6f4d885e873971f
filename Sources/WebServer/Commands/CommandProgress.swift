/// How far a command is, as the lines say that it writes while it works.
struct CommandProgress: Sendable, Hashable {
    static let mark = "progress "

    let done: Int
    /// 0 where nobody knows.
    let total: Int
    let text: String

    /// The last that was told; nil where nothing was.
    init?(in messages: String) {
        guard let line = messages.split(separator: "\n").last(where: { $0.hasPrefix(Self.mark) }) else { return nil }
        let parts = line.split(separator: " ", maxSplits: 3)
        guard parts.count == 4, let done = Int(parts[1]), let total = Int(parts[2]) else { return nil }
        self.done = done
        self.total = total
        text = String(parts[3])
    }
}
