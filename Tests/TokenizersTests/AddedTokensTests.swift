import Testing
import TinyModels

@testable import Tokenizers

@Suite struct AddedTokensTests {
    private static func tokens(_ texts: [String], _ precedence: AddedTokens.Precedence) -> AddedTokens {
        AddedTokens(
            texts.enumerated().map { AddedToken(bytes: Array($1.utf8), id: Int32($0), isSpecial: false) },
            precedence: precedence)
    }

    private static func written(_ parts: [AddedTokens.Part], _ text: [UInt8]) -> [String] {
        parts.map { part in
            switch part {
            case .token(let id): "#\(id)"
            case .text(let range): String(decoding: text[range], as: UTF8.self)
            }
        }
    }

    @Test func leftmostAndLongestDiffer() {
        let text = Array("xabcdex".utf8)
        let names = ["ab", "bcd", "cdex", "a"]
        func parts(_ precedence: AddedTokens.Precedence) -> [String] {
            Self.written(Self.tokens(names, precedence).parts(of: text, includingSpecial: true), text)
        }
        #expect(parts(.leftmost) == ["x", "#0", "#2"])
        #expect(parts(.longest) == ["x", "#0", "#2"])
        let shorter = Array("abcd".utf8)
        let found = Self.tokens(names, .longest).parts(of: shorter, includingSpecial: true)
        #expect(Self.written(found, shorter) == ["#3", "#1"])
    }

    /// llama.cpp's way as it is told: token by token, the longest first, each wherever it still fits.
    @Test func longestFirstEqualsItsDefinition() {
        var random = SeededRandom(5)
        for _ in 0..<500 {
            // One token a length, since the order of equal lengths is not defined.
            let names = (1...4).map { length in
                (0..<length).map { _ in ["a", "b"][random.below(2)] }.joined()
            }
            let text = Array((0..<random.below(24)).map { _ in ["a", "b", "c"][random.below(3)] }.joined().utf8)
            var parts: [AddedTokens.Part] = text.isEmpty ? [] : [.text(0..<text.count)]
            for id in names.indices.reversed() {
                let wanted = Array(names[id].utf8)
                parts = parts.flatMap { part -> [AddedTokens.Part] in
                    guard case .text(let range) = part else { return [part] }
                    var pieces: [AddedTokens.Part] = []
                    var start = range.lowerBound
                    while let match = Splitter.find(wanted, in: text.span, from: start, to: range.upperBound) {
                        if match.lowerBound > start { pieces.append(.text(start..<match.lowerBound)) }
                        pieces.append(.token(Int32(id)))
                        start = match.upperBound
                    }
                    if start < range.upperBound { pieces.append(.text(start..<range.upperBound)) }
                    return pieces
                }
            }
            #expect(Self.tokens(names, .longest).parts(of: text, includingSpecial: true) == parts)
        }
    }

    @Test func specialTokensAreFoundOnlyWhenAsked() {
        let tokens = AddedTokens(
            [
                AddedToken(bytes: Array("<e>".utf8), id: 1, isSpecial: true),
                AddedToken(bytes: Array("<t>".utf8), id: 2, isSpecial: false),
            ], precedence: .leftmost)
        let text = Array("<e><t>".utf8)
        #expect(tokens.parts(of: text, includingSpecial: true) == [.token(1), .token(2)])
        #expect(tokens.parts(of: text, includingSpecial: false) == [.text(0..<3), .token(2)])
    }
}
