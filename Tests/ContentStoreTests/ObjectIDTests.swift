import Foundation
import Testing

@testable import ContentStore

@Suite struct ObjectIDTests {
    /// FIPS 180-4's examples, and the hash of nothing.
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (String(repeating: "a", count: 1_000_000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
    ])
    func theNameIsTheSHA1(text: String, hex: String) throws {
        #expect(try ObjectID.of(bytes(text)).hex == hex)
    }

    @Test(arguments: [
        ("a9993e364706816aba3e25717850c26c9cd0d89d", true), ("A9993E364706816ABA3E25717850C26C9CD0D89D", true),
        ("", false), ("a9993e364706816aba3e25717850c26c9cd0d89", false),
        ("a9993e364706816aba3e25717850c26c9cd0d89d0", false), ("g9993e364706816aba3e25717850c26c9cd0d89d", false),
        (" 9993e364706816aba3e25717850c26c9cd0d89d", false), ("../9993e364706816aba3e25717850c26c9cd0d8", false),
        ("９９93e364706816aba3e25717850c26c9cd0", false),
    ])
    func onlyFortyHexadecimalDigitsAreAName(text: String, isName: Bool) {
        #expect(ObjectID(hex: text)?.hex == (isName ? text.lowercased() : nil))
    }

    @Test func aNameIsATextInJSON() throws {
        let id = try ObjectID.of(bytes("abc"))
        let text = try JSONEncoder().encode([id])
        #expect(String(decoding: text, as: UTF8.self) == "[\"\(id.hex)\"]")
        #expect(try JSONDecoder().decode([ObjectID].self, from: text) == [id])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([ObjectID].self, from: Data("[\"abc\"]".utf8))
        }
        #expect(id.short == "a9993e3647")
        #expect(try ObjectID.of(bytes("")) > id)
    }
}
