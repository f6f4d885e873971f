import Foundation
import Testing

@testable import DatasetFormats

/// Characters that are written by their number.
@Suite struct JSONEscapesTests {
    private func parse(_ text: [UInt8]) -> Result<JSONValue, DatasetFormatsError> {
        Result { () throws(DatasetFormatsError) in try JSONParser.parse(text, source: "t") }
    }

    private func failure(_ defect: JSONDefect, column: Int) -> Result<JSONValue, DatasetFormatsError> {
        .failure(.malformed(defect, at: JSONPlace(source: "t", line: 1, column: column, row: nil)))
    }

    @Test(arguments: ["%04x", "%04X"])
    func everyNumber(format: String) {
        for number in 0...0xFFFF {
            let found = parse(bytes("\"a\\u" + String(format: format, number) + "\""))
            if let scalar = Unicode.Scalar(UInt32(number)) {
                #expect(found == .success(.string("a" + String(scalar))))
            } else {
                // After both the position is past the number: half a pair, with nothing or no other half after it.
                #expect(found == failure(.loneSurrogate, column: 9))
            }
        }
    }

    @Test func pairs() {
        for number in stride(from: UInt32(0x10000), through: 0x10FFFF, by: 251) {
            guard let scalar = Unicode.Scalar(number) else { continue }
            let text = String(scalar)
            let written = text.utf16.map { String(format: "\\u%04x", $0) }.joined()
            #expect(parse(bytes("\"\(written)é\"")) == .success(.string(text + "é")))
        }
    }

    /// Text that was wrongly taken for ASCII would be counted by its bytes; short text is looked at by itself.
    @Test(arguments: ["é", "我", "😀"])
    func longTextIsNotTakenForASCII(character: String) throws {
        let plain = String(repeating: "a", count: 100)
        let written = character.utf16.map { String(format: "\\u%04x", $0) }.joined()
        let text = try parse(bytes("\"\(plain)\(written)\"")).get().stringValue
        #expect(text?.utf16.count == 100 + character.utf16.count)
        #expect(text == plain + character)
    }

    /// Any other byte in the place of a digit is refused, and the place is that of the first one.
    @Test(arguments: 0..<4)
    func whatIsNoDigit(place: Int) {
        for byte in UInt8.min...UInt8.max {
            var text = bytes("\"\\u019F\"")
            text[3 + place] = byte
            let isDigit = Character(Unicode.Scalar(byte)).isHexDigit && byte < 0x80
            if isDigit {
                #expect((try? parse(text).get()) != nil)
            } else {
                #expect(parse(text) == failure(.invalidEscape, column: 4 + place))
                for later in place..<4 { text[3 + later] = byte }
                #expect(parse(text) == failure(.invalidEscape, column: 4 + place))
            }
        }
    }

    @Test(arguments: 0..<4)
    func numbersThatEnd(digits: Int) {
        #expect(parse(Array(bytes("\"\\u019F").prefix(3 + digits))) == failure(.truncated, column: 4))
    }
}
