extension BytePairModel {
    /// The model of a vocabulary with ranks: two symbols merge where what they make is a token, the lowest id first
    /// (tiktoken).
    static func ranked(_ tokens: TokenTable) -> BytePairModel {
        let text = tokens.strings.bytes.span
        var pairs = PairTable(minimumCapacity: tokens.count * 3)
        for id in 0..<tokens.count {
            let range = tokens.strings.range(of: id)
            guard range.count > 1 else { continue }
            for middle in range.lowerBound + 1..<range.upperBound {
                guard let left = tokens.id(of: text, range.lowerBound..<middle),
                    let right = tokens.id(of: text, middle..<range.upperBound)
                else { continue }
                pairs.insert(left, right, .init(rank: Int32(id), result: Int32(id)))
            }
        }
        let bytes = (0..<256).map { tokens.id(of: [UInt8($0)]) ?? -1 }
        return BytePairModel(beginning: .bytes(bytes), pairs: pairs, vocabularySize: tokens.count)
    }

    /// The model of a vocabulary with scores: two symbols merge where what they make is a token, the highest score
    /// first (SentencePiece).
    ///
    /// - Parameter ids: the tokens that take part.
    static func scored(_ tokens: TokenTable, scores: [Float], ids: [Int32]) -> BytePairModel {
        let text = tokens.strings.bytes.span
        var symbols = ScalarSymbols()
        var isMergeable = [Bool](repeating: false, count: tokens.count)
        for id in ids where tokens.id(of: text, tokens.strings.range(of: Int(id))) == id { isMergeable[Int(id)] = true }
        func symbol(_ range: Range<Int>) -> Int32? {
            guard let id = tokens.id(of: text, range), isMergeable[Int(id)] else { return nil }
            return id
        }
        // A scalar that only longer tokens have is a symbol too, but no token.
        var symbolCount = tokens.count
        for id in ids {
            let range = tokens.strings.range(of: Int(id))
            var position = range.lowerBound
            while position < range.upperBound {
                let (scalar, next) = UTF8Reading.scalar(in: text, at: position)
                if symbols[scalar] < 0 {
                    if let known = symbol(position..<next) {
                        symbols[scalar] = known
                    } else {
                        symbols[scalar] = Int32(symbolCount)
                        symbolCount += 1
                    }
                }
                position = next
            }
        }
        func part(_ range: Range<Int>) -> Int32? {
            let (scalar, next) = UTF8Reading.scalar(in: text, at: range.lowerBound)
            return next == range.upperBound ? symbols[scalar] : symbol(range)
        }
        let ranks = Self.ranks(scores, ids)
        var pairs = PairTable(minimumCapacity: ids.count * 2)
        for id in ids where isMergeable[Int(id)] {
            let range = tokens.strings.range(of: Int(id))
            guard !range.isEmpty else { continue }
            var middle = UTF8Reading.scalar(in: text, at: range.lowerBound).next
            while middle < range.upperBound {
                if let left = part(range.lowerBound..<middle), let right = part(middle..<range.upperBound) {
                    pairs.insert(left, right, .init(rank: ranks[Int(id)], result: id))
                }
                middle = UTF8Reading.scalar(in: text, at: middle).next
            }
        }
        return BytePairModel(beginning: .scalars(symbols), pairs: pairs, vocabularySize: tokens.count)
    }

    /// Ranks in the order of falling scores; equal scores have equal ranks.
    private static func ranks(_ scores: [Float], _ ids: [Int32]) -> [Int32] {
        var ranks = [Int32](repeating: .max, count: scores.count)
        var rank: Int32 = -1
        var last: Float?
        for id in ids.sorted(by: { scores[Int($0)] > scores[Int($1)] }) {
            if scores[Int(id)] != last { rank += 1 }
            last = scores[Int(id)]
            ranks[Int(id)] = rank
        }
        return ranks
    }
}

extension SpaceMarkCut {
    /// The scalars that stand before a mark in some token of these.
    init(_ tokens: TokenTable, ids: [Int32]) {
        var joined: Set<UInt32> = []
        let text = tokens.strings.bytes.span
        for id in ids {
            let range = tokens.strings.range(of: Int(id))
            var position = range.lowerBound
            var before: UInt32?
            while position < range.upperBound {
                let (scalar, next) = UTF8Reading.scalar(in: text, at: position)
                if scalar == 0x2581, let before { joined.insert(before) }
                before = scalar
                position = next
            }
        }
        self.joined = joined
    }
}
