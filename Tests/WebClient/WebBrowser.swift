import DatasetFormats
import Foundation

/// Chromium without a window, driven over WebDriver (W3C Recommendation, 2018).
public final class WebBrowser: @unchecked Sendable {
    // One test owns it; the driver answers one request at a time.
    private let driver: Process
    private let client: WebClient
    private var session = ""

    public enum Failure: Error {
        case noDriver
        case refused(String)
        case waitedTooLong(String)
    }

    private static let program = "/usr/bin/chromedriver"
    private static let chromium = "/usr/bin/chromium"

    public static var isAvailable: Bool {
        [program, chromium].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    }

    public static let whyMissing = "chromium and chromium-driver are not installed; tools/test installs them"

    public init(language: String, width: Int = 1280, height: Int = 1000) async throws {
        driver = Process()
        driver.executableURL = URL(fileURLWithPath: Self.program)
        driver.arguments = ["--port=0"]
        let pipe = Pipe()
        driver.standardOutput = pipe
        driver.standardError = FileHandle.nullDevice
        try driver.run()
        let port = try await WebClient.onThread {
            var text = ""
            while true {
                // Reading up to a count would wait for all of it.
                let piece = pipe.fileHandleForReading.availableData
                if piece.isEmpty { break }
                text += String(decoding: piece, as: UTF8.self)
                if let range = text.range(of: "successfully on port ") {
                    let digits = text[range.upperBound...].prefix { $0.isNumber }
                    if let port = Int(digits), text[range.upperBound...].count > digits.count { return port }
                }
            }
            throw Failure.noDriver
        }
        client = WebClient(port: port)
        let arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=\(language)",
            "--window-size=\(width),\(height)",
        ]
        let value = try await call(
            "POST", "/session",
            [
                "capabilities": .object([
                    "alwaysMatch": .object([
                        "goog:chromeOptions": .object([
                            "binary": .string(Self.chromium), "args": .array(arguments.map { .string($0) }),
                            "prefs": .object(["intl.accept_languages": .string(language)]),
                        ]), "goog:loggingPrefs": .object(["browser": .string("ALL")]),
                    ])
                ])
            ])
        session = value.objectValue?["sessionId"]?.stringValue ?? ""
    }

    deinit { driver.terminate() }

    /// Closes the browser; the driver ends with this object.
    public func close() async throws {
        _ = try await call("DELETE", "/session/\(session)", [:])
        driver.terminate()
    }

    private func call(_ method: String, _ path: String, _ body: JSONObject) async throws -> JSONValue {
        let answer = try await client.request(
            method, path, headers: ["Content-Type": "application/json"],
            body: method == "POST" ? JSONWriter.bytes(.object(body), style: .compact) : [])
        let value = try answer.object()["value"] ?? .null
        guard answer.status == 200 else { throw Failure.refused(answer.text) }
        return value
    }

    public func open(_ link: String) async throws {
        _ = try await call("POST", "/session/\(session)/url", ["url": .string(link)])
    }

    /// What a script returns.
    @discardableResult
    public func run(_ script: String, _ arguments: JSONValue...) async throws -> JSONValue {
        try await call(
            "POST", "/session/\(session)/execute/sync",
            ["script": .string(script), "args": .array(arguments)])
    }

    public func text(_ selector: String) async throws -> String {
        try await run("return document.querySelector(arguments[0])?.innerText ?? ''", .string(selector)).stringValue
            ?? ""
    }

    /// - Throws: `waitedTooLong` where the expression does not become true.
    public func wait(for expression: String, seconds: Int = 60) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if try await run("return Boolean(\(expression))").boolValue == true { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Failure.waitedTooLong(expression + "; the page says: " + (try await text("main")))
    }

    public func wait(forElement selector: String, seconds: Int = 60) async throws {
        try await wait(
            for: "document.querySelector(\(JSONWriter.string(.string(selector), style: .compact)))", seconds: seconds)
    }

    private func element(_ selector: String) async throws -> String {
        try await wait(forElement: selector)
        let value = try await call(
            "POST", "/session/\(session)/element",
            ["using": .string("css selector"), "value": .string(selector)])
        return value.objectValue?.members.first?.value.stringValue ?? ""
    }

    /// Clicks as a person does: the element has to be seen, and nothing may lie over it.
    public func click(_ selector: String) async throws {
        _ = try await call("POST", "/session/\(session)/element/\(try await element(selector))/click", [:])
    }

    /// Types into a field, what was in it taken away; of a file field, the path of a file.
    public func type(_ text: String, into selector: String, isFile: Bool = false) async throws {
        let id = try await element(selector)
        if !isFile { _ = try await call("POST", "/session/\(session)/element/\(id)/clear", [:]) }
        _ = try await call("POST", "/session/\(session)/element/\(id)/value", ["text": .string(text)])
    }

    /// What the page's console was told, errors of scripts and of the content security policy among it.
    public func messages() async throws -> [String] {
        let list = try await call("POST", "/session/\(session)/se/log", ["type": .string("browser")])
        return (list.arrayValue ?? []).compactMap { $0.objectValue?["message"]?.stringValue }
    }

    public func screenshot(_ url: URL) async throws {
        let value = try await call("GET", "/session/\(session)/screenshot", [:])
        try Data(base64Encoded: value.stringValue ?? "")?.write(to: url)
    }
}
