/// Words, as two published scores cut them; every ideograph and kana is a word of its own.
enum ScoreTokens {
    /// mteval-v13a's tokens, which sacrebleu calls `13a`, and `zh` where ideographs are split: punctuation stands
    /// alone, but for points and commas within numbers.
    static func mteval(_ text: String) -> [String] {
        var scalars = Array(" \(unescaped(text)) ".unicodeScalars)
        scalars = scalars.flatMap { isIdeograph($0) || isPunctuation($0) ? [" ", $0, " "] : [$0] }
        scalars = pairs(scalars) {
            !isDigit($0) && isPointOrComma($1)
        } spaced: {
            [$0, " ", $1, " "]
        }
        scalars = pairs(scalars) {
            isPointOrComma($0) && !isDigit($1)
        } spaced: {
            [" ", $0, " ", $1]
        }
        scalars = pairs(scalars) {
            isDigit($0) && $1 == "-"
        } spaced: {
            [$0, " ", $1, " "]
        }
        return words(scalars, where: \.properties.isWhitespace)
    }

    /// rouge-score's tokens: runs of ASCII letters and digits in lower case. Ideographs, which it drops, are kept.
    static func rouge(_ text: String) -> [String] {
        var scalars: [Unicode.Scalar] = []
        for scalar in text.lowercased().unicodeScalars {
            switch scalar {
            case "a"..."z", "0"..."9": scalars.append(scalar)
            default: scalars += isIdeograph(scalar) ? [" ", scalar, " "] : [" "]
            }
        }
        return words(scalars) { $0 == " " }
    }

    private static func unescaped(_ text: String) -> String {
        text.replacing("<skipped>", with: "").replacing("-\n", with: "").replacing("\n", with: " ")
            .replacing("&quot;", with: "\"").replacing("&amp;", with: "&").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">")
    }

    private static func words(
        _ scalars: [Unicode.Scalar], where isSpace: (Unicode.Scalar) -> Bool
    ) -> [String] {
        scalars.split(whereSeparator: isSpace).map { word in
            var text = String.UnicodeScalarView()
            text.append(contentsOf: word)
            return String(text)
        }
    }

    /// Replaces pairs that match, from the left, none sharing a scalar with another.
    private static func pairs(
        _ scalars: [Unicode.Scalar], where matches: (Unicode.Scalar, Unicode.Scalar) -> Bool,
        spaced: (Unicode.Scalar, Unicode.Scalar) -> [Unicode.Scalar]
    ) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var index = 0
        while index < scalars.count {
            if index + 1 < scalars.count, matches(scalars[index], scalars[index + 1]) {
                result += spaced(scalars[index], scalars[index + 1])
                index += 2
            } else {
                result.append(scalars[index])
                index += 1
            }
        }
        return result
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    private static func isPointOrComma(_ scalar: Unicode.Scalar) -> Bool { scalar == "." || scalar == "," }

    /// ASCII's but for the apostrophe, comma, hyphen and point.
    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "{"..."~", "["..."`", " "..."&", "("..."+", ":"..."@", "/": scalar != " "
        default: false
        }
    }

    /// Chinese characters, their punctuation, and kana.
    private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2E80...0x2FDF, 0x2FF0...0x303F, 0x3040...0x30FF, 0x3100...0x312F, 0x31A0...0x31BF, 0x31C0...0x31EF,
            0x3200...0x4DB5, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFFEF, 0x20000...0x2FA1F:
            true
        default: false
        }
    }
}
