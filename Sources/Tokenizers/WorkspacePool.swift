import Synchronization

/// Workspaces that no thread uses now. Each belongs to one tokenizer, as its cache does.
final class WorkspacePool: Sendable {
    private let free = Mutex<[Workspace]>([])

    func take() -> Workspace { free.withLock { $0.popLast() } ?? Workspace() }

    func give(_ workspace: consuming sending Workspace) {
        let workspace = workspace
        free.withLock { $0.append(workspace) }
    }
}
