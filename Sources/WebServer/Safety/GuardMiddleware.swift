import DatasetFormats
import HTTPTypes
import Hummingbird
import Serving

/// Stands before everything: refuses whom the guard refuses, says in headers what a browser may do with an answer, and
/// words every error.
struct GuardMiddleware<Context: RequestContext>: RouterMiddleware {
    let requestGuard: RequestGuard

    /// Only what the program itself carries is run or shown.
    static var policy: String {
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'"
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = await answer(request, context, next)
        for (name, value) in [
            ("Content-Security-Policy", Self.policy), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"), ("X-Frame-Options", "DENY"),
        ] {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    private func answer(
        _ request: Request, _ context: Context, _ next: (Request, Context) async throws -> Response
    ) async -> Response {
        if let entry = entry(request) { return entry }
        if case .refused(let status, let message) = requestGuard.judge(request) {
            let code = status == 401 ? "invalid_api_key" : "refused"
            return Response(APIError(status: status, message: message, code: code))
        }
        do {
            return try await next(request, context)
        } catch {
            return Response(Self.error(error))
        }
    }

    /// A link with the token: the browser keeps it in a cookie that no script and no other site can use.
    private func entry(_ request: Request) -> Response? {
        guard request.method == .get, request.uri.path == "/", let token = request.uri.queryParameters["token"],
            requestGuard.isToken(String(token))
        else { return nil }
        return Response(
            status: .seeOther,
            headers: [
                .location: "/",
                .setCookie: "\(requestGuard.cookieName)=\(token); HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000",
            ])
    }

    private static func error(_ error: any Error) -> APIError {
        switch error {
        case let error as WebServerError:
            var command: String?
            if case .failed(let text, _) = error { command = text }
            return APIError(
                status: error.status, message: "\(error)",
                type: error.status < 500 ? "invalid_request_error" : "server_error",
                parameter: nil, code: command)
        case let error as HTTPError:
            let message = error.body ?? error.status.reasonPhrase
            return APIError(status: error.status.code, message: message.isEmpty ? "\(error.status.code)" : message)
        case is CancellationError:
            return APIError(status: 499, message: "the client has gone", type: "server_error")
        default: return APIError(error)
        }
    }
}
