/// A vocabulary as tiktoken writes it: a line for each token, its bytes in base 64, a space, its rank.
enum TiktokenFile {
    /// The tokens in the order of their ranks, which are consecutive from 0.
    ///
    /// - Throws: `TokenizersError.malformed`, with the line.
    static func tokens(_ bytes: [UInt8], source: String) throws(TokenizersError) -> TokenTable {
        var ranked: [(rank: Int, token: [UInt8])] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let line = line.last == 0x0D ? line.dropLast() : line
            if line.isEmpty { continue }
            func malformed(_ problem: String) -> TokenizersError {
                .malformed(source: "\(source):\(index + 1)", problem: problem)
            }
            let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
            guard fields.count == 2, let rank = Int(String(decoding: fields[1], as: UTF8.self)), rank >= 0 else {
                throw malformed("is not a token and its rank")
            }
            guard let token = Base64.decode(fields[0]), !token.isEmpty else {
                throw malformed("the token is not in base 64")
            }
            ranked.append((rank, token))
        }
        // Files are in order but for some hand-made ones.
        if zip(ranked, ranked.dropFirst()).contains(where: { $0.rank >= $1.rank }) { ranked.sort { $0.rank < $1.rank } }
        return try table(ranked, source: source)
    }

    static func table(
        _ ranked: [(rank: Int, token: [UInt8])], after specials: [String] = [], source: String
    ) throws(TokenizersError) -> TokenTable {
        var table = TokenTable()
        table.reserveCapacity(ranked.count + specials.count, byteCount: ranked.count * 8)
        for special in specials { table.append(special.utf8) }
        for (index, entry) in ranked.enumerated() {
            guard entry.rank == index else {
                throw .malformed(source: source, problem: "rank \(index) is missing or appears twice")
            }
            guard table.append(entry.token) || specials.contains(String(decoding: entry.token, as: UTF8.self)) else {
                throw .malformed(source: source, problem: "the token of rank \(entry.rank) appears twice")
            }
        }
        return table
    }
}
