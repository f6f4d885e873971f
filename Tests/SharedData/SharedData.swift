import DatasetFormats
import Foundation
import SystemPackage

/// The folder `shared` beside the checkout, with data sets and goldens of reference programs.
public enum SharedData {
    public static let root: URL = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("shared")

    /// The folder of the reference programs' results.
    public static let dataFolder = FilePath(root.appendingPathComponent("data").path)

    /// Whether suites that read it can run. Where it must be there and is not, they run, and fail.
    public static let isAvailable: Bool =
        FileManager.default.fileExists(atPath: root.path) || ProcessInfo.processInfo.environment["CI"] == "true"

    /// Why a suite is skipped.
    public static let whySkipped = "the folder ../shared with reference data is not here"

    /// The file of the model SmolLM2-135M-Instruct, which `tools/test` fetches and names in the environment.
    public static let smolLM2: String? = ProcessInfo.processInfo.environment["DS_TEST_SMOLLM2"].flatMap {
        $0.isEmpty ? nil : $0
    }

    public static let whyNoModel =
        "DS_TEST_SMOLLM2 names no file: tools/test fetches the model SmolLM2-135M-Instruct where the network allows"

    /// The file of the model Gemma 3 270M, which `tools/test` fetches where there is something to compare it with.
    public static let gemma3: String? = ProcessInfo.processInfo.environment["DS_TEST_GEMMA3"].flatMap {
        $0.isEmpty ? nil : $0
    }

    public static let whyNoGemma =
        "DS_TEST_GEMMA3 names no file: tools/test fetches the model Gemma 3 270M where the network allows"

    /// Whether the folder has what PyTorch computed for Gemma 3.
    public static let hasGemmaParity = FileManager.default.fileExists(
        atPath: root.appendingPathComponent("data/parity-gemma").path)

    public static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
    }

    /// The objects of a JSON Lines file.
    public static func lines(_ path: String) throws -> [JSONObject] {
        var reader = JSONRowReader(bytes: try bytes(path), source: path)
        var rows: [JSONObject] = []
        while let row = try reader.next() { rows.append(try JSONParser.parseRow(row, source: path)) }
        return rows
    }

    public static func json(_ path: String) throws -> JSONValue {
        try JSONParser.parse(try bytes(path), source: path)
    }
}
