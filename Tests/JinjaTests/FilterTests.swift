import Jinja
import Testing

/// What jinja2 3.1.6 prints for the same.
@Suite struct FilterTests {
    @Test(arguments: [
        (
            "{{ list|sort }} {{ list|sum }} {{ list|max }} {{ list|first }} {{ list|join('-') }}",
            "[1, 2, 3] 6 3 3 3-1-2"
        ),
        ("{{ list|map('string')|list }} {{ list|select('odd')|list }}", "['3', '1', '2'] [3, 1]"),
        ("{% set g = list|map('string') %}{{ g|join }}{{ g|join }}", "312"),
        ("{{ [{'a': {'b': 5}}]|map(attribute='a.b')|list }}", "[5]"),
        ("{{ [{'r': 'x'}, {}]|selectattr('r', 'defined')|list|length }}", "1"),
        ("{% for k, v in [{'g': 'A'}, {'g': 'a'}]|groupby('g') %}{{ k }}{{ v|length }}{% endfor %}", "A2"),
        ("{{ dictionary|dictsort }} {{ dictionary|items|first }}", "[('a', 1), ('b', 2), ('items', 0)] ('b', 2)"),
        ("{{ range(5)|batch(2)|list }} {{ range(5)|slice(2)|list }}", "[[0, 1], [2, 3], [4]] [[0, 1, 2], [3, 4]]"),
        ("{{ 'a-b c'|title }} {{ \"don't\".title() }} {{ 'stra\u{DF}e'|upper }}", "A-B C Don'T STRASSE"),
        ("{{ 2.675|round(2) }} {{ 1234.5|round(-2) }} {{ 2.5|round }} {{ 42|round }}", "2.67 1200.0 2.0 42"),
        ("{{ '3.7'|int }} {{ '0x1A'|int(base=16) }} {{ 'x'|int(7) }} {{ '1e3'|float }}", "3 26 7 1000.0"),
        ("{{ 'a\\nb'|indent }} {{ 'one two three'|truncate(8, leeway=0) }}", "a\n    b one..."),
        ("{{ '<b>'|e|e }} {{ '<'|e + '<' }} {{ '<p>a</p> b'|striptags }}", "&lt;b&gt; &lt;&lt; a b"),
        ("{{ u|default('d') }} {{ ''|d('e', true) }} {{ nothing|default('d') }}", "d e None"),
        ("{{ [1.0, 1e-7, '\u{E9}\"<', none]|tojson }}", "[1.0, 1e-07, \"\u{E9}\\\"<\", null]"),
        ("{{ {'b': [], 'a': {'c': 1}}|tojson(indent=2) }}", "{\n  \"b\": [],\n  \"a\": {\n    \"c\": 1\n  }\n}"),
        ("{{ {'b': 1, 'a': '\u{1F600}'}|tojson(true, sort_keys=true) }}", "{\"a\": \"\\ud83d\\ude00\", \"b\": 1}"),
        (
            "{{ ' a b '.split() }} {{ 'a,b,c'.rsplit(',', 1) }} {{ 'aXb'.partition('X') }}",
            "['a', 'b'] ['a,b', 'c'] ('a', 'X', 'b')"
        ),
        ("{{ 'abcabc'.rfind('c') }} {{ 'xax'.strip('x') }} {{ '7'.zfill(3) }}", "5 a 007"),
        ("{{ '\u{1F600}a'.find('a') }} {{ 'a\\x85b'.splitlines() }}", "1 ['a', 'b']"),
    ])
    func prints(source: String, expected: String) throws { #expect(try render(source) == expected) }
}
