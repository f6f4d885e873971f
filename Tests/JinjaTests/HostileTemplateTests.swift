import Foundation
import Jinja
import Testing

/// Templates that ask for more than there is.
@Suite struct HostileTemplateTests {
    private var small: JinjaLimits {
        var limits = JinjaLimits()
        limits.steps = 200_000
        limits.outputBytes = 1 << 20
        limits.textBytes = 1 << 18
        return limits
    }

    private static let loops = String(repeating: "{% for x in range(100000) %}", count: 4)

    @Test(arguments: [
        loops + String(repeating: "{% endfor %}", count: 4),
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% macro n() %}{% call m() %}{{ n() }}{% endcall %}{% endmacro %}{{ n() }}",
        "{% for x in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
        "{% set ns = namespace(s='aaaaaaaa') %}{% for x in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(l=[]) %}{% for x in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
        "{% set ns = namespace(l=[]) %}{% for x in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l|tojson }}",
        "{% set ns = namespace(l=[]) %}{% for x in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}",
        "{% set ns = namespace(l='a') %}{% for x in range(9999) %}{% set ns.l = ns.l|map('upper') %}{% endfor %}",
        "{% set ns = namespace() %}{% set ns.me = ns %}{{ ns }}",
        "{{ 'a' * 1000000000000 }}", "{{ [1] * 1000000000000 }}", "{{ 'a' * 999999999999999999999 }}",
        "{{ 9 ** (9 ** 9) }}", "{{ 2 ** 99999999 }}",
        "{{ '%999999999d' % 1 }}", "{{ '{:999999999}'.format(1) }}", "{{ 'a'|center(999999999) }}",
        "{{ 'a'.ljust(999999999) }}", "{{ 'a\n'|indent(999999999) }}", "{{ [1]|batch(99999999, 0)|list }}",
        "{{ [1]|slice(99999999)|list }}", "{{ {'a': 1}|tojson(indent=99999999) }}",
        "{% for x in range(100000) %}{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }}{% endfor %}",
        "{{ range(99999)|list|join('aaaaaaaaaaaaaaaa') }}", "{{ ('a' * 99999).replace('', 'bbbbbbbbbbbb') }}",
    ])
    func endsWithAnError(source: String) { #expect(failure(source, limits: small) != nil) }

    /// What is allowed must fit the stack of a secondary thread, which is 512 KB on some systems.
    @Test(arguments: [
        String(repeating: "(", count: 50_000),
        "{{ " + String(repeating: "(", count: 59) + "1" + String(repeating: ")", count: 59) + " }}",
        "{{ " + String(repeating: "[", count: 40_000) + " }}",
        "{{ " + String(repeating: "not ", count: 40_000) + "1 }}",
        "{{ " + String(repeating: "-", count: 1) + String(repeating: " -", count: 40_000) + "1 }}",
        "{{ 1" + String(repeating: " + 1", count: 40_000) + " }}",
        "{{ 1" + String(repeating: " + 1", count: 140) + " }}",
        "{{ x" + String(repeating: ".x", count: 40_000) + " }}",
        "{{ x" + String(repeating: "|upper", count: 40_000) + " }}",
        "{{ 1" + String(repeating: " if 1 else 1", count: 40_000) + " }}",
        String(repeating: "{% if true %}", count: 40_000),
        String(repeating: "{% if true %}", count: 59) + "a" + String(repeating: "{% endif %}", count: 59),
        "{% macro m() %}" + String(repeating: "{% if true %}", count: 50) + "{{ m() }}"
            + String(repeating: "{% endif %}", count: 50) + "{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{{ 1" + String(repeating: " + (1", count: 50) + " ~ m(n)" + String(repeating: ")", count: 50)
            + " }}{% endmacro %}{{ m(1) }}",
        "{% set ns = namespace(l=[]) %}{% for x in range(198) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}"
            + "{{ ns.l == ns.l }}{{ ns.l|tojson(indent=1) }}{{ ns.l < ns.l }}",
        "{% set ns = namespace(l='a') %}{% for x in range(198) %}{% set ns.l = ns.l|map('upper') %}{% endfor %}"
            + "{{ ns.l|list }}",
        "{% set ns = namespace(f=namespace()) %}{% set ns.p = ns.f %}{% for x in range(99999) %}"
            + "{% set n = namespace() %}{% set ns.q = ns.p %}{% set q = ns.q %}{% set q.next = n %}{% set ns.p = n %}"
            + "{% endfor %}",
        "{% macro f(p) %}{% macro g() %}{{ p }}{% endmacro %}{% set ns.g = g %}{% endmacro %}"
            + "{% set ns = namespace(g=1) %}{% for x in range(9999) %}{{ f(ns.g) }}{% endfor %}",
    ])
    func fitsASmallStack(source: String) async {
        let hasEnded = await withCheckedContinuation { continuation in
            let thread = Thread {
                let error = failure(source)
                continuation.resume(returning: error.map { $0.line > 0 } ?? true)
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(hasEnded)
    }
}
