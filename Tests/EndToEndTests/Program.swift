import DatasetFormats
import Foundation

/// The built `ds`, run as a process in a folder of its own.
struct Program {
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String

        /// The output as JSON.
        func json() throws -> JSONValue { try JSONParser.parse(Array(output.utf8), source: "output") }
        func object() throws -> JSONObject { try json().objectValue ?? [:] }
    }

    /// Where the program was built: beside the tests.
    static let executable: URL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("ds")

    static let packageRoot: URL = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func fixture(_ name: String) -> URL { packageRoot.appendingPathComponent("fixtures/\(name)") }
    static let registry = packageRoot.appendingPathComponent("registry")

    let folder: URL
    var environment: [String: String] = [:]

    func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = Self.executable
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        for name in ["DS_STORE", "DS_KERNELS"] { environment[name] = nil }
        environment["DS_REGISTRY"] = Self.registry.path
        environment.merge(self.environment) { $1 }
        process.environment = environment
        return process
    }

    /// Runs it to its end. What it prints goes through files, so that no pipe fills up.
    @discardableResult
    func run(_ arguments: [String], input: String = "") throws -> Outcome {
        let process = process(arguments)
        let streams = FileManager.default.temporaryDirectory.appendingPathComponent("ds-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: streams, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: streams) }
        func file(_ name: String, _ content: String) throws -> URL {
            let url = streams.appendingPathComponent(name)
            try Data(content.utf8).write(to: url)
            return url
        }
        let output = try file("output", "")
        let errors = try file("errors", "")
        process.standardInput = try FileHandle(forReadingFrom: file("input", input))
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }

    @discardableResult
    func run(_ arguments: String...) throws -> Outcome { try run(arguments) }
}
