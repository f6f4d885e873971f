import Hummingbird
import NIOCore
import Synchronization

/// A request's context: it knows the connection, so that work ends when the client goes away.
struct WebContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Runs work that is cancelled when the connection closes.
    func whileConnected<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        let work = Task { try await body() }
        let box = CancellableWork { work.cancel() }
        channel.closeFuture.whenComplete { _ in box.cancel() }
        defer { box.forget() }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            work.cancel()
        }
    }
}

/// What to call when a connection closes, as long as there is something to cancel.
private final class CancellableWork: Sendable {
    private let action: Mutex<(@Sendable () -> Void)?>

    init(_ action: @escaping @Sendable () -> Void) { self.action = Mutex(action) }

    func cancel() { action.withLock { $0 }?() }
    func forget() { action.withLock { $0 = nil } }
}
