import HTTPTypes
import Hummingbird

/// Decides who is answered: by the name that the server was called by, the page that asks, and the token.
///
/// A page of another origin can make a browser send requests here, and a name server can make a foreign name mean this
/// machine (DNS rebinding). So the `Host` has to be one of ours, an `Origin` has to be that host, and a browser that
/// says a request comes from another site is refused.
struct RequestGuard: Sendable {
    let options: ServerOptions
    /// Bytes of the token, compared in constant time.
    private let token: [UInt8]?

    init(_ options: ServerOptions) {
        self.options = options
        token = options.token.map { Array($0.utf8) }
    }

    enum Verdict: Equatable {
        case welcome
        case refused(status: Int, message: String)
    }

    func judge(_ request: Request) -> Verdict {
        // HTTP/1.1 has exactly one; without it nothing says that we are meant.
        guard let authority = request.head.authority, let host = HostName.name(of: authority), isOurs(host) else {
            return .refused(
                status: 421, message: "this server does not answer by that name; see --allow-host")
        }
        if let origin = request.headers[.origin], !isSame(origin, as: authority) {
            return .refused(status: 403, message: "a page of another origin asks; it gets no answer")
        }
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name],
            site != "same-origin", site != "none", !isNavigation(request)
        {
            return .refused(status: 403, message: "a page of another site asks; it gets no answer")
        }
        guard isKnown(request) else {
            return .refused(status: 401, message: "the token is missing or wrong; use the link that ds printed")
        }
        return .welcome
    }

    /// A link that a person follows from another page: it may show a page, never change anything.
    private func isNavigation(_ request: Request) -> Bool {
        guard let name = HTTPField.Name("Sec-Fetch-Mode") else { return false }
        return request.method == .get && request.headers[name] == "navigate" && request.uri.path == "/"
    }

    private func isOurs(_ host: String) -> Bool {
        if ServerOptions.isLoopback(host) || options.allowedHosts.contains(host) { return true }
        // Beyond loopback any address is ours; a name has to be known.
        return !ServerOptions.isLoopback(options.host) && (HostName.isAddress(host) || host == options.host)
    }

    private func isSame(_ origin: String, as authority: String) -> Bool {
        for scheme in ["http://", "https://"] where origin.hasPrefix(scheme) {
            return origin.dropFirst(scheme.count).lowercased() == authority.lowercased()
        }
        return false
    }

    var cookieName: String { "ds_token_\(options.port)" }

    private func isKnown(_ request: Request) -> Bool {
        guard let token else { return true }
        if let header = request.headers[.authorization], header.hasPrefix("Bearer ") {
            return Self.isEqual(Array(header.utf8.dropFirst(7)), token)
        }
        let cookies = request.headers[.cookie]?.split(separator: ";") ?? []
        for cookie in cookies {
            let parts = cookie.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].drop(while: { $0 == " " }) == cookieName else { continue }
            return Self.isEqual(Array(parts[1].utf8), token)
        }
        return false
    }

    /// Whether a link carries the token.
    func isToken(_ text: String) -> Bool { token.map { Self.isEqual(Array(text.utf8), $0) } ?? false }

    /// Takes the same time wherever the first difference is.
    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
