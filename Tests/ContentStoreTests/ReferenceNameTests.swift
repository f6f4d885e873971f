import Testing

@testable import ContentStore

@Suite struct ReferenceNameTests {
    @Test(arguments: [
        "identity", "identity_fofabot", "a", "0", "_", "SmolLM2-135M-Instruct", "v1.2", "身份", "données", "a..b",
        String(repeating: "x", count: 120),
    ])
    func namesThatAreTaken(text: String) throws {
        #expect(try ReferenceName(text).text == text)
        #expect(try ReferenceName(sanitising: text).text == text)
    }

    @Test(arguments: [
        ("", "it is empty"), (".", "it must begin with a letter, a digit or _"),
        ("..", "it must begin with a letter, a digit or _"), ("-rf", "it must begin with a letter, a digit or _"),
        (".ds", "it must begin with a letter, a digit or _"), ("/etc", "it must begin with a letter, a digit or _"),
        ("a/b", "it may hold letters, digits, _, - and . but not \"/\""),
        ("a\\b", "it may hold letters, digits, _, - and . but not \"\\\""),
        ("a b", "it may hold letters, digits, _, - and . but not \" \""),
        ("a\nb", "it may hold letters, digits, _, - and . but not \"\n\""),
        ("a\0b", "it may hold letters, digits, _, - and . but not \"\0\""),
        ("a:b", "it may hold letters, digits, _, - and . but not \":\""),
        ("a😀", "it may hold letters, digits, _, - and . but not \"😀\""),
        ("a\u{202E}b", "it may hold letters, digits, _, - and . but not \"\u{202E}\""),
        (String(repeating: "x", count: 121), "it is longer than 120 bytes"),
        (String(repeating: "名", count: 41), "it is longer than 120 bytes"),
    ])
    func namesThatAreRefused(text: String, problem: String) {
        #expect(throws: ContentStoreError.invalidName(name: text, problem: problem)) { try ReferenceName(text) }
    }

    @Test(arguments: [
        ("my file.json", "my_file.json"), ("../../etc/passwd", "_._.._etc_passwd"), (".hidden", "_hidden"),
        ("-x", "_x"), ("a b/c:d", "a_b_c_d"), ("HuaShun XinAn™", "HuaShun_XinAn_"), ("😀", "_"),
        (String(repeating: "y", count: 200), String(repeating: "y", count: 120)),
        (String(repeating: "名", count: 50), String(repeating: "名", count: 40)),
        ("ab" + String(repeating: "名", count: 50), "ab" + String(repeating: "名", count: 39)),
    ])
    func otherTextsAreMadeNames(text: String, name: String) throws {
        #expect(try ReferenceName(sanitising: text).text == name)
    }

    @Test func nothingIsNoNameHoweverItIsMade() {
        #expect(throws: ContentStoreError.invalidName(name: "", problem: "it is empty")) {
            try ReferenceName(sanitising: "")
        }
    }

    @Test func anyTextBecomesANameThatIsTaken() throws {
        var generator = SeededGenerator(11)
        for _ in 0..<500 {
            var text = String.UnicodeScalarView()
            for _ in 0...generator.below(200) {
                let limit = generator.below(2) == 0 ? 0x80 : 0x11_0000
                if let scalar = Unicode.Scalar(UInt32(generator.below(limit))) { text.append(scalar) }
            }
            guard !text.isEmpty else { continue }
            let name = try ReferenceName(sanitising: String(text))
            #expect(try ReferenceName(name.text) == name)
        }
    }
}
