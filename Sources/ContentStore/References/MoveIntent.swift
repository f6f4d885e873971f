import Foundation

/// Several names that move together, written down as one file before the first of them moves: whoever finds it
/// finishes what was begun, and whoever reads a name meanwhile reads it here.
struct MoveIntent: Hashable {
    let moves: [NameMove]

    private struct Record: Codable {
        let kind: ReferenceKind
        let name: String
        /// The reference's file; nil for a name that goes.
        let text: String?
    }

    /// The SHA-1 of what follows, and canonical JSON.
    func bytes() throws(ContentStoreError) -> [UInt8] {
        let body = try CanonicalJSON.bytes(
            moves.map { Record(kind: $0.kind, name: $0.name.text, text: $0.reference?.text) })
        return Array("\(try ObjectID.of(body))\n".utf8) + body
    }

    init(moves: [NameMove]) { self.moves = moves }

    /// - Returns: nil where the bytes are not those that `bytes()` makes.
    init?(bytes: [UInt8]) throws(ContentStoreError) {
        guard let lineEnd = bytes.firstIndex(of: 0x0A) else { return nil }
        let body = Array(bytes[(lineEnd + 1)...])
        guard let id = ObjectID(hex: String(decoding: bytes[..<lineEnd], as: UTF8.self)), try ObjectID.of(body) == id,
            let records = try? JSONDecoder().decode([Record].self, from: Data(body))
        else { return nil }
        var moves: [NameMove] = []
        for record in records {
            let name = try ReferenceName(record.name)
            let reference = record.text.flatMap { Reference(kind: record.kind, name: name, text: $0) }
            guard (reference == nil) == (record.text == nil) else { return nil }
            moves.append(NameMove(kind: record.kind, name: name, reference: reference))
        }
        self.moves = moves
    }

    /// What becomes of a name, if anything.
    func move(_ kind: ReferenceKind, _ name: ReferenceName) -> NameMove? {
        moves.first { $0.kind == kind && $0.name == name }
    }
}
