import Foundation

/// The person's browser, where there is a desktop to show it on.
enum Browser {
    static func open(_ link: String) {
        let environment = ProcessInfo.processInfo.environment
        #if os(macOS)
            let opener = "/usr/bin/open"
        #else
            guard environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else { return }
            let folders = (environment["PATH"] ?? "").split(separator: ":")
            guard let opener = folders.map({ "\($0)/xdg-open" }).first(where: FileManager.default.isExecutableFile)
            else { return }
        #endif
        let process = Process()
        process.executableURL = URL(fileURLWithPath: opener)
        process.arguments = [link]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        // The link was printed: whoever has no browser that starts can open it by hand.
        try? process.run()
    }
}
