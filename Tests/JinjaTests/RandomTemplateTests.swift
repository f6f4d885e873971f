import Jinja
import Testing

/// Nothing that is read as a template may crash, or run for ever.
@Suite struct RandomTemplateTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static let pieces = [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "~", "|", ".", ",", "(", ")", "[", "]", "{", "}", ":", "=", "==",
        "**", "//", "%", "<", " ", "\n", "'", "\"", "\\", "\\x4", "a", "x", "list", "text", "loop", "1", "0x", "1e9",
        "if", "else", "endif", "for", "in", "endfor", "set", "endset", "macro", "endmacro", "call", "endcall", "raw",
        "endraw", "filter", "endfilter", "with", "endwith", "block", "endblock", "is", "not", "and", "or", "upper",
        "join", "map", "tojson", "format", "split", "range", "namespace", "generation", "endgeneration", "recursive",
        "break", "true", "none", "\u{E9}", "\u{1F600}", "\r\n", "\u{0}",
    ]

    private static let templates = [
        "{% for x in list %}{{ loop.index }}{{ x ~ 'a' }}{% if x > 1 %}{% continue %}{% endif %}{% endfor %}",
        "{% macro m(a, b=1) %}{{ a|default(b)|tojson }}{% endmacro %}{{ m({'a': [1, 2.5, none]}) }}{{ m(b=text[1:]) }}",
        "{% set ns = namespace(x=0) %}{%- set y -%} {{ '%s %05.1f' % ('a', 2) }} {%- endset %}{{ y.split()|join(',') }}",
        "{% raw %}{{ {% endraw %}{# c #}{{ 'a' if list is defined else 'b' }}{{ '{:>5}'.format(text) }}{{ 10 ** 20 % 7 }}",
    ]

    private func end(_ source: String) {
        var limits = JinjaLimits()
        limits.steps = 20_000
        limits.outputBytes = 1 << 16
        limits.textBytes = 1 << 14
        do {
            #expect(try render(source, limits: limits).utf8.count <= 1 << 16)
        } catch {
            #expect(error is JinjaError, "\(source)")
        }
    }

    @Test func randomBytesEnd() {
        var generator = Generator(state: 1)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            end("{{" + String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func randomPiecesEnd() {
        var generator = Generator(state: 2)
        for _ in 0..<5_000 {
            let source = (0..<Int.random(in: 1...25, using: &generator)).map { _ in
                Self.pieces.randomElement(using: &generator) ?? ""
            }
            end(source.joined(separator: Bool.random(using: &generator) ? " " : ""))
        }
    }

    @Test(arguments: templates) func mutationsEnd(template: String) {
        var generator = Generator(state: 3)
        let scalars = Array(template.unicodeScalars)
        for _ in 0..<1_500 {
            var changed = scalars
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let position = Int.random(in: 0..<changed.count, using: &generator)
                let piece = Array((Self.pieces.randomElement(using: &generator) ?? "").unicodeScalars)
                let end = min(changed.count, position + Int.random(in: 0...3, using: &generator))
                changed.replaceSubrange(position..<end, with: piece)
                if changed.isEmpty { changed = scalars }
            }
            end(String(String.UnicodeScalarView(changed)))
        }
    }

    @Test(arguments: templates) func theUnchangedTemplatesRender(template: String) throws {
        #expect(try render(template) != "")
    }
}
