import ChatTemplates

/// Lets an answer's text through as it comes, up to where it may begin to call a tool; what follows is held until it
/// is known whether it does.
struct CallGate {
    /// The word that calls begin with; empty where everything may be a call, nil where nothing may.
    private let mark: [UInt8]?
    private var held: [UInt8] = []
    private var isClosed = false

    /// - Parameter format: nil where there are no tools.
    init(_ format: ToolFormat?) { mark = format.map { Array((ToolChoice.mark($0) ?? "").utf8) } }

    /// - Returns: what can be given out now.
    mutating func add(_ text: String) -> String {
        guard let mark else { return text }
        held += Array(text.utf8)
        if isClosed { return "" }
        // A word may go on in the next piece.
        let start = held.indices.first { held[$0...].starts(with: mark) || mark.starts(with: held[$0...]) }
        let end = start ?? held.count
        isClosed = start.map { held.count - $0 >= mark.count } ?? false
        defer { held.removeFirst(end) }
        return String(decoding: held[..<end], as: UTF8.self)
    }

    /// What is still held, where the answer made no call after all.
    mutating func finish(adding text: String) -> String {
        let released = add(text)
        defer { held = [] }
        return released + String(decoding: held, as: UTF8.self)
    }
}
