import DatasetFormats
import Testing

/// Lines are what `JSONWriter` writes of the same object.
@Suite struct JSONLineTests {
    @Test(
        arguments: [
            0, 1, -1, 9, 10, 99, 100, 1_000_000_007, .max, .min,
        ] as [Int])
    func wholeNumbers(value: Int) {
        var line = JSONLine()
        line.begin()
        line.add("a", value)
        line.end()
        #expect(String(decoding: line.bytes, as: UTF8.self) == "{\"a\":\(value)}\n")
    }

    @Test(
        arguments: [
            0, -0.0, 1, 0.1 + 0.2, 1e-4, 1e22, 1e-300, -1234567.891, .greatestFiniteMagnitude, .infinity, .nan,
        ] as [Double])
    func numbersAndNoNumbers(value: Double) {
        var line = JSONLine()
        line.begin()
        line.add("a", value)
        line.add("a \"b\"", 3)
        line.end()
        let expected = JSONWriter.bytes(.object(["a": .double(value), "a \"b\"": .int(3)]), style: .compact)
        #expect(line.bytes == expected + [0x0A])
    }

    /// The next line begins anew.
    @Test func memoryIsUsedAgain() {
        var line = JSONLine()
        for _ in 0..<2 {
            line.begin()
            line.end()
            #expect(line.bytes == Array("{}\n".utf8))
        }
    }
}
