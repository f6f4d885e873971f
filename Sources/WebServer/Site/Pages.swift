import Hummingbird
import NIOCore

/// The files of the pages, which are inside the program.
enum Pages {
    private struct File: Sendable {
        let path: String
        let type: String
        let bytes: [UInt8]
    }

    private static let script = "text/javascript; charset=utf-8"

    private static var files: [File] {
        [
            File(path: "/", type: "text/html; charset=utf-8", bytes: PackageResources.index_html),
            File(path: "/pages/style.css", type: "text/css; charset=utf-8", bytes: PackageResources.style_css),
            File(path: "/pages/app.js", type: script, bytes: PackageResources.app_js),
            File(path: "/pages/parts.js", type: script, bytes: PackageResources.parts_js),
            File(path: "/pages/words.js", type: script, bytes: PackageResources.words_js),
            File(path: "/pages/datasets.js", type: script, bytes: PackageResources.datasets_js),
            File(path: "/pages/dataset.js", type: script, bytes: PackageResources.dataset_js),
            File(path: "/pages/fork.js", type: script, bytes: PackageResources.fork_js),
            File(path: "/pages/train.js", type: script, bytes: PackageResources.train_js),
            File(path: "/pages/run.js", type: script, bytes: PackageResources.run_js),
            File(path: "/pages/curves.js", type: script, bytes: PackageResources.curves_js),
            File(path: "/pages/chat.js", type: script, bytes: PackageResources.chat_js),
            File(path: "/pages/exports.js", type: script, bytes: PackageResources.exports_js),
        ]
    }

    static func addRoutes(to router: Router<WebContext>) {
        for file in files {
            let buffer = ByteBuffer(bytes: file.bytes)
            router.get(RouterPath(file.path)) { _, _ in
                Response(status: .ok, headers: [.contentType: file.type], body: .init(byteBuffer: buffer))
            }
        }
        // Browsers ask for it; there is none.
        router.get("/favicon.ico") { _, _ in Response(status: .noContent) }
    }
}
