/// Upper, lower and title case as Python has them: Unicode's full mappings.
enum LetterCase {
    static func upper(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars { result += upper(scalar) }
        return result
    }

    private static func upper(_ scalar: Unicode.Scalar) -> String { scalar.properties.uppercaseMapping }

    static func lower(_ text: String) -> String {
        var result = ""
        let scalars = Array(text.unicodeScalars)
        for index in scalars.indices { result += lower(scalars, index) }
        return result
    }

    private static func lower(_ scalars: [Unicode.Scalar], _ index: Int) -> String {
        // A sigma at the end of a word has a form of its own.
        if scalars[index] == "Σ" { return isFinalSigma(scalars, index) ? "ς" : "σ" }
        return scalars[index].properties.lowercaseMapping
    }

    private static func isFinalSigma(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        func isCasedFirst(_ scalars: some Sequence<Unicode.Scalar>) -> Bool {
            for scalar in scalars where !scalar.properties.isCaseIgnorable { return scalar.properties.isCased }
            return false
        }
        return isCasedFirst(scalars[..<index].reversed()) && !isCasedFirst(scalars[(index + 1)...])
    }

    static func capitalized(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = ""
        for index in scalars.indices {
            result += index == 0 ? scalars[index].properties.titlecaseMapping : lower(scalars, index)
        }
        return result
    }

    /// Python's `str.title`: a capital after whatever has no case.
    static func title(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = ""
        var isInWord = false
        for index in scalars.indices {
            result += isInWord ? lower(scalars, index) : scalars[index].properties.titlecaseMapping
            isInWord = scalars[index].properties.isCased
        }
        return result
    }

    static func swapped(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = ""
        for index in scalars.indices {
            if scalars[index].properties.isUppercase {
                result += lower(scalars, index)
            } else if scalars[index].properties.isLowercase {
                result += upper(scalars[index])
            } else {
                result.unicodeScalars.append(scalars[index])
            }
        }
        return result
    }

    static func folded(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            // Where folding differs from lower case, the capitals of the folded form are the letter's own.
            let lower = scalar.properties.lowercaseMapping
            result += scalar.properties.changesWhenCaseFolded ? self.lower(upper(lower)) : lower
        }
        return result
    }

    static func isUpper(_ text: String) -> Bool {
        let cased = text.unicodeScalars.filter(\.properties.isCased)
        return !cased.isEmpty && cased.allSatisfy(\.properties.isUppercase)
    }

    static func isLower(_ text: String) -> Bool {
        let cased = text.unicodeScalars.filter(\.properties.isCased)
        return !cased.isEmpty && cased.allSatisfy(\.properties.isLowercase)
    }

    static func isTitle(_ text: String) -> Bool {
        var hasCased = false
        var isInWord = false
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            if properties.isUppercase || properties.generalCategory == .titlecaseLetter {
                if isInWord { return false }
                isInWord = true
                hasCased = true
            } else if properties.isLowercase {
                if !isInWord { return false }
                hasCased = true
            } else {
                isInWord = false
            }
        }
        return hasCased
    }
}
