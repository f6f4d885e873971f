import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Serving
import Synchronization

/// An HTTP server: OpenAI's API, and the pages where there is a site.
public struct WebServer: Sendable {
    public let options: ServerOptions
    private let service: OpenAIService
    private let metrics: ServingMetrics
    private let site: WebSite?

    /// - Parameter site: nil for the API alone.
    public init(options: ServerOptions, catalogue: any ModelCatalogue, metrics: ServingMetrics, site: WebSite? = nil) {
        self.options = options
        self.metrics = metrics
        self.site = site
        service = OpenAIService(catalogue)
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter onListening: told the port, once it answers.
    /// - Throws: `WebServerError.portTaken` or `cannotListen`.
    public func run(onListening: @escaping @Sendable (Int) -> Void) async throws {
        let router = Router(context: WebContext.self)
        router.add(middleware: GuardMiddleware<WebContext>(requestGuard: RequestGuard(options)))
        APIRoutes(service: service, metrics: metrics, bodyLimit: options.bodyLimit).add(to: router)
        if let site {
            site.addRoutes(to: router, bodyLimit: options.bodyLimit)
            try await site.begin()
        }
        let deadlines = options.deadlines
        var logger = Logger(label: "ds")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [SlowClientHandler(deadlines)], idleTimeout: nil,
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100))),
            configuration: .init(
                address: .hostname(Self.bindName(options.host), port: options.port), serverName: "ds", backlog: 256,
                availableConnectionsDelegate: MaximumAvailableConnections(options.connectionLimit)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) }, logger: logger)
        do {
            try await application.run()
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw WebServerError.portTaken(host: options.host, port: options.port)
        } catch let error as IOError {
            throw WebServerError.cannotListen(host: options.host, port: options.port, problem: "\(error)")
        }
    }

    private static func bindName(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }
}
