import Jinja
import Testing

@Suite struct JinjaErrorTests {
    @Test func equalFactsAreEqual() {
        #expect(JinjaError.syntax(message: "a", line: 1) != .syntax(message: "a", line: 2))
    }
}
