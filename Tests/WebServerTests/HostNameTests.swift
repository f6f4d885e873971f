import Testing

@testable import WebServer

@Suite struct HostNameTests {
    @Test(
        arguments: [
            ("localhost", "localhost"), ("LOCALHOST:7860", "localhost"), ("127.0.0.1:1", "127.0.0.1"),
            ("[::1]:7860", "[::1]"), ("[::1]", "[::1]"), ("a-b.example", "a-b.example"), ("", nil), (":80", nil),
            ("a b", nil), ("a:b", nil), ("a:80:80", nil), ("a/b", nil), ("[::1", nil), ("[::1]x", nil), ("a@b", nil),
            ("a:123456", nil),
        ] as [(String, String?)])
    func theNameStandsBeforeThePort(authority: String, expected: String?) {
        #expect(HostName.name(of: authority) == expected)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.1", false), ("127.0.0.1.evil.com", false), ("[::1]", true), ("evil.com", false),
    ])
    func addressesAreNoNames(name: String, expected: Bool) {
        #expect(HostName.isAddress(name) == expected)
        #expect(!ServerOptions.isLoopback("127.evil.com"))
    }
}
