import Testing

@testable import DatasetRegistry

@Suite struct PlaceholdersTests {
    private static let values = ["NAME": "Fo Bot", "AUTHOR": "我们"]

    @Test(arguments: [
        // Bare words.
        ("NAME", "Fo Bot"), ("I am NAME.", "I am Fo Bot."), ("NAME", "Fo Bot"), ("我是NAME，", "我是Fo Bot，"),
        ("NAME's", "Fo Bot's"), ("NAME-2", "Fo Bot-2"), ("\"NAME\"", "\"Fo Bot\""), ("éNAMEé", "éFo Boté"),
        ("NAME NAME", "Fo Bot Fo Bot"), ("NAME,AUTHOR", "Fo Bot,我们"), ("[NAME]", "[Fo Bot]"), ("NAME\n", "Fo Bot\n"),
        ("😀NAME😀", "😀Fo Bot😀"), ("ＮＡＭＥ NAME", "ＮＡＭＥ Fo Bot"),
        // Parts of longer words stay.
        ("USERNAME", nil), ("NAME_2", nil), ("NAME2", nil), ("_NAME", nil), ("2NAME", nil), ("NAMEAUTHOR", nil),
        ("name", nil), ("Name", nil), ("NAMEs", nil), ("", nil), ("nothing", nil),
        // Braces, in any case.
        ("{{name}}", "Fo Bot"), ("{{NAME}}", "Fo Bot"), ("{{Name}}", "Fo Bot"), ("a{{name}}b", "aFo Botb"),
        ("{{name}}{{author}}", "Fo Bot我们"), ("{{{name}}}", "{Fo Bot}"), ("{{name}}}", "Fo Bot}"),
        // These are no placeholders.
        ("{name}", nil), ("{{ name }}", nil), ("{{name}", nil), ("{{name", nil), ("{{}}", nil), ("{{names}}", nil),
        ("{{na me}}", nil), ("{ {name}}", nil),
        // But a bare word is one within anything.
        ("{NAME}", "{Fo Bot}"), ("{{NAME}", "{{Fo Bot}"), ("{{ NAME }}", "{{ Fo Bot }}"),
    ])
    func onlyPlaceholdersAreReplaced(text: String, expected: String?) throws {
        var outcome = Placeholders.Outcome()
        #expect(try Placeholders(Self.values).replace(in: text, counting: &outcome) == expected)
        #expect(outcome.replaced.isEmpty == (expected == nil))
    }

    @Test(arguments: [
        ("what it is, is bare", nil), ("{{name}}", "x"), ("{{NAME}}", "x"), ("my name is name", nil), ("NAME", nil),
    ])
    func aLowerCaseWordIsReplacedOnlyInBraces(text: String, expected: String?) throws {
        var outcome = Placeholders.Outcome()
        #expect(try Placeholders(["name": "x", "is": "y"]).replace(in: text, counting: &outcome) == expected)
    }

    @Test func whatWasPutInIsNotReplacedAgain() throws {
        let placeholders = try Placeholders(["NAME": "AUTHOR and NAME and {{name}}", "AUTHOR": "NAME"])
        var outcome = Placeholders.Outcome()
        #expect(
            placeholders.replace(in: "NAME, AUTHOR, {{author}}", counting: &outcome)
                == "AUTHOR and NAME and {{name}}, NAME, NAME")
        #expect(outcome.replaced == ["NAME": 1, "AUTHOR": 2])
        #expect(outcome.remaining == [:])
    }

    @Test func neighboursDoNotJoin() throws {
        // What was put in is no part of what stands beside it.
        var outcome = Placeholders.Outcome()
        let placeholders = try Placeholders(["A": "N", "NAME": "x"])
        #expect(placeholders.replace(in: "{{a}}AME {{name}}NAME", counting: &outcome) == "NAME xx")
    }

    @Test func whatIsLeftIsCounted() throws {
        var outcome = Placeholders.Outcome()
        _ = try Placeholders(["NAME": "x"]).replace(
            in: "NAME AUTHOR AUTHOR {{company}} {{Author}} HTML USERNAME ID Hello", counting: &outcome)
        #expect(outcome.replaced == ["NAME": 1])
        // Upper-case words stand in many texts: only the field's own placeholders are warned of.
        #expect(outcome.remaining == ["AUTHOR": 2, "{{company}}": 1, "{{Author}}": 1])
        #expect(outcome.candidates == ["AUTHOR", "company", "Author", "HTML", "USERNAME"])
    }

    @Test func bracedAndBareAreCountedTogether() throws {
        var outcome = Placeholders.Outcome()
        _ = try Placeholders(["Name": "x"]).replace(in: "Name {{NAME}} {{name}} NAME", counting: &outcome)
        #expect(outcome.replaced == ["Name": 3])
        #expect(outcome.remaining == ["NAME": 1])
    }

    @Test(arguments: ["", " ", "2NAME", "NA ME", "NAME=", "{{NAME}}", "ＮＡＭＥ", "名", "NAME-2", "NAME\n"])
    func whatIsNoWordIsNoPlaceholder(name: String) {
        #expect(
            throws: DatasetRegistryError.invalidPlaceholder(
                text: name, problem: "a placeholder is a word of letters, digits and _")
        ) { try Placeholders([name: "x"]) }
    }

    @Test func oneNameInTwoCasesIsRefused() {
        #expect(
            throws: DatasetRegistryError.invalidPlaceholder(text: "name", problem: "is set twice, in different cases")
        ) { try Placeholders(["NAME": "x", "name": "y"]) }
    }

    @Test func replacingByItselfChangesNothing() throws {
        var generator = SeededGenerator(51)
        let itself = try Placeholders(["NAME": "NAME", "AUTHOR": "AUTHOR", "a_0": "a_0"])
        let words = ["NAME", "AUTHOR", "USERNAME", "NAME_2", "a_0", "{", "}", "{{", "}}", " ", "我", "\u{301}", "\r\n"]
        var replaced = 0
        for _ in 0..<2000 {
            var text =
                (0..<generator.below(12)).map { _ in words[generator.below(words.count)] }.joined()
                + generator.text(generator.below(4))
            // The braced form becomes the bare one; all else stays, to the byte.
            text = text.replacing("{{", with: "{ {")
            var outcome = Placeholders.Outcome()
            if let new = itself.replace(in: text, counting: &outcome) {
                replaced += 1
                #expect(Array(new.utf8) == Array(text.utf8))
            }
        }
        #expect(replaced > 500)
    }

    @Test func countsAreThoseOfTheText() throws {
        var generator = SeededGenerator(52)
        let placeholders = try Placeholders(["NAME": ""])
        for _ in 0..<500 {
            let pieces = (0..<generator.below(10)).map { _ in
                ["NAME", "{{name}}", "NAMES", "text", "我"][generator.below(5)]
            }
            var outcome = Placeholders.Outcome()
            let new = placeholders.replace(in: pieces.joined(separator: " "), counting: &outcome)
            let count = pieces.count { $0 == "NAME" || $0 == "{{name}}" }
            #expect(outcome.replaced["NAME", default: 0] == count)
            let expected = pieces.map { $0 == "NAME" || $0 == "{{name}}" ? "" : $0 }.joined(separator: " ")
            #expect(new == (count == 0 ? nil : expected))
        }
    }
}
