import Jinja
import Testing

/// What jinja2 3.1.6 writes for the same, with `trim_blocks` and `lstrip_blocks`.
@Suite struct StatementTests {
    @Test(arguments: [
        ("{% for x in list %}{{ loop.index }}{{ x }}{{ ',' if not loop.last }}{% endfor %}", "13,21,32"),
        ("{% for x in list if x > 1 %}{{ loop.length }}{{ x }}{% else %}none{% endfor %}", "2322"),
        ("{% for x in [] %}{% else %}none{% endfor %}", "none"),
        ("{% for x in list %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}", "32"),
        ("{% for x in list %}{{ x }}{% break %}{% endfor %}", "3"),
        ("{% for x in [1, [2, [3]]] recursive %}{{ loop(x) if x is iterable else x }}{% endfor %}", "123"),
        ("{% set y = 1 %}{% for x in list %}{% set y = y + x %}{{ y }} {% endfor %}{{ y }}", "4 2 3 1"),
        ("{% set n = namespace(y=0) %}{% for x in list %}{% set n.y = n.y + x %}{% endfor %}{{ n.y }}", "6"),
        ("{% set n = namespace(k=0) %}{% for x in list if n.k < 2 %}{% set n.k = n.k + 1 %}{{ x }}{% endfor %}", "31"),
        ("{% set a, (b, c) = 1, (2, 3) %}{{ a }}{{ b }}{{ c }}", "123"),
        ("{% set x | upper %}abc{% endset %}{{ x }}", "ABC"),
        ("{% macro m(a, b=a) %}{{ a }}{{ b }}{{ varargs }}{% endmacro %}{{ m(1) }} {{ m(1, 2, 3) }}", "11() 12(3,)"),
        ("{% macro m() %}<{{ caller(1) }}>{% endmacro %}{% call(x) m() %}{{ x }}{% endcall %}", "<1>"),
        ("{% macro m() %}{{ later }}{% endmacro %}{% set later = 5 %}{{ m() }}", "5"),
        ("{% macro f(n) %}{{ n }}{{ f(n - 1) if n }}{% endmacro %}{{ f(3) }}", "3210"),
        ("{% with a=1, b=2 %}{{ a }}{{ b }}{% endwith %}{{ a }}", "12"),
        ("{% filter upper %}a{{ 'b' }}{% endfilter %}", "AB"),
        ("{% autoescape true %}{{ '<' }}{{ '<'|safe }}{% endautoescape %}{{ '<' }}", "&lt;<<"),
        ("{% block b %}{{ nothing }}{% endblock %}{{ self.b() }}", "NoneNone"),
        ("{% raw %}{{ x }}{% endraw %}{# comment #}", "{{ x }}"),
        ("a\n  {% if true %}\n    b\n  {% endif %}\nc\n", "a\n    b\nc"),
        ("a  {{- 'x' -}}  b {%- if true -%} c {%- endif %}", "axbc"),
        ("  {%+ if true %}x{% endif +%}\ny", "  x\ny"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("{{ strftime_now('%d %b %Y, %H:%M %A') }}", "29 Feb 2024, 13:04 Thursday"),
    ])
    func writes(source: String, expected: String) throws { #expect(try render(source) == expected) }

    @Test(arguments: [
        ("{% if x %}", 1), ("a\n\n{% endif %}", 3), ("\n{{ 1 + }}", 2), ("{{ 'a }}", 1), ("{{ [1, }}", 1),
        ("{% nosuch %}", 1), ("\n\n{{ 'x'|nosuch }}", 3), ("{{ 1 is nosuch }}", 1), ("{# x", 1), ("{% set 1 = 2 %}", 1),
        ("{{ a b }}", 1), ("{% for loop in x %}{% endfor %}", 1), ("{% raw %}x", 1), ("{{ x|join(',' }}", 1),
    ])
    func syntaxErrorsNameTheLine(source: String, line: Int) {
        guard case .syntax(_, let found)? = failure(source) else {
            Issue.record("\(source): \(String(describing: failure(source)))")
            return
        }
        #expect(found == line)
    }

    @Test func errorsWhileRenderingNameTheLine() {
        #expect(failure("a\n{% if true %}\n{{ 1 % 0 }}{% endif %}")?.line == 3)
        #expect(failure("\n{{ raise_exception('no') }}") == .raised(message: "no", line: 2))
    }

    @Test func marksWhatIsGenerated() throws {
        let template = try JinjaTemplate(
            "\u{E9}{% for x in [1, 2] %}{% generation %}{{ x }}\u{1F600}{% endgeneration %};{% endfor %}")
        let output = try template.render([:])
        #expect(output.text == "\u{E9}1\u{1F600};2\u{1F600};")
        #expect(output.generationSpans.map(\.range) == [2..<7, 8..<13])
        #expect(output.generationSpans.map(\.isDisplaced) == [false, false])
        #expect(template.marksGeneration)
    }

    @Test func saysWhereAMarkCannotBeTrusted() throws {
        let template = try JinjaTemplate(
            "a{% macro m() %}b{% generation %}c{% endgeneration %}{% endmacro %}{{ m() }}")
        let output = try template.render([:])
        #expect(output.text == "abc")
        #expect(output.generationSpans.map(\.range) == [1..<2])
        #expect(output.generationSpans.map(\.isDisplaced) == [true])
    }
}
