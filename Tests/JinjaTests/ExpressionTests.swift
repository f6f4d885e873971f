import Jinja
import Testing

/// What jinja2 3.1.6 prints for the same.
@Suite struct ExpressionTests {
    @Test(arguments: [
        ("{{ 2 + 3 * 4 }}", "14"),
        ("{{ 2 ** 3 ** 2 }}", "64"),
        ("{{ -2 ** 2 }}", "4"),
        ("{{ -7 // 2 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 7 / 2 }}", "-4 2 -2 3.5"),
        ("{{ 1 ~ 2 * 3 ~ 4 }}", "164"),
        ("{{ 9223372036854775807 + 1 }}", "9223372036854775808"),
        ("{{ 10 ** 30 // 7 % 1000 }}", "857"),
        ("{{ 1 / 3 }} {{ 1e16 }} {{ 1e-5 }} {{ -0.0 }} {{ 5e-324 }}", "0.3333333333333333 1e+16 1e-05 -0.0 5e-324"),
        ("{{ 1 < 2 < 3 }} {{ 1 == 1.0 == true }} {{ 'a' in 'cat' }}", "True True True"),
        ("{{ [1] == (1,) }} {{ nothing == false }} {{ u == v }}", "False False True"),
        ("{{ 0 or 'x' }} {{ 1 and 'y' }} {{ not '' }}", "x y True"),
        ("{{ 'a' if 0 }}|{{ 'a' if 1 else 'b' }}", "|a"),
        ("{{ [1, 'it\\'s', none, {'k': (1,)}] }}", "[1, \"it's\", None, {'k': (1,)}]"),
        ("{{ list[::-1] }} {{ list[1:] }} {{ text[4:] }} {{ text|length }}", "[2, 1, 3] [1, 2] \u{1F600} 5"),
        ("{{ dictionary.items is callable }} {{ dictionary['items'] }}", "True 0"),
        ("{{ 5.x }}{{ list.nosuch }}{{ u }}|", "|"),
        ("{{ '%05.2f|%-4s|%x' % (3.14159, 'a', 255) }}", "03.14|a   |ff"),
        ("{{ '{:>6.2f}|{!r}|{a[0]}'.format(2.5, 'x', a=list) }}", "  2.50|'x'|3"),
        ("{{ '\\u4e2d\\x41\\n'|length }}", "3"),
        ("{{ 1 is divisibleby 1 and true }} {{ 3 is odd }} {{ 'x' is not number }}", "True True True"),
        ("{{ {1: 'a', true: 'b', 1.0: 'c'} }}", "{1: 'c'}"),
        ("{{ range(5, 0, -2)|list }} {{ range(3) }}", "[5, 3, 1] range(0, 3)"),
    ])
    func prints(source: String, expected: String) throws { #expect(try render(source) == expected) }

    @Test func textsAreSequencesOfCodePoints() throws {
        let text = "\r\ne\u{301}"
        #expect(try render("{{ x|length }} {{ x[1] == '\\n' }}", ["x": .string(text)]) == "4 True")
        let keys = "{{ {'\u{E9}': 1, 'e\u{301}': 2}|length }} {{ '\u{E9}' == 'e\u{301}' }}"
        #expect(try render(keys) == "2 False")
    }

    @Test(arguments: [
        ("{{ 1 + 'a' }}", JinjaFailure.type), ("{{ u.x }}", .undefined), ("{{ 1 % 0 }}", .zeroDivision),
        ("{{ list[::0] }}", .value), ("{{ list.append(1) }}", .security), ("{{ dictionary.pop('a') }}", .security),
        ("{{ '{0}'.format() }}", .index), ("{{ '%(a)s' % {} }}", .key), ("{{ range(100001) }}", .overflow),
        ("{% set list.x = 1 %}", .templateRuntime), ("{{ 'x' if 'a'|nosuch }}", .templateRuntime),
        ("{% include 'x' %}", .type), ("{% break %}", .pythonSyntax), ("{{ f(a=1, a=2) }}", .pythonSyntax),
    ])
    func failsAsTheReferenceDoes(source: String, kind: JinjaFailure) throws {
        guard case .failed(let found, _, line: 1)? = failure(source) else {
            Issue.record("\(source): \(String(describing: failure(source)))")
            return
        }
        #expect(found == kind)
    }
}
