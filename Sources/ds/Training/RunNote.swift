import ContentStore
import DatasetFormats
import DatasetRegistry
import Foundation
import LanguageModels
import SystemPackage

/// `run.json` beside an adapter: which run of the store it is, and how it was made.
struct RunNote {
    static let fileName = "run.json"

    let run: String
    let manifest: String
    /// The model's name, and the template's where one was given.
    let modelName: String?
    /// The SHA-1s of the model's files.
    let modelHashes: Set<String>
    let templateName: String?
    /// How the base was rounded when it was read.
    let rounding: BaseRounding?
    let json: JSONObject

    init(run: String, manifest: String, recipe: Recipe) {
        self.init(json: ["run": .string(run), "manifest": .string(manifest), "recipe": .object(Log.json(recipe))])
    }

    private init(json: JSONObject) {
        self.json = json
        run = json["run"]?.stringValue ?? ""
        manifest = json["manifest"]?.stringValue ?? ""
        let parameters = json["recipe"]?.objectValue?["parameters"]?.objectValue ?? [:]
        let model = parameters["model"]?.objectValue
        modelName = model?["name"]?.stringValue
        modelHashes = Set((model?["files"]?.arrayValue ?? []).compactMap { $0.objectValue?["sha1"]?.stringValue })
        let template = parameters["template"]?.objectValue
        let options = parameters["options"]?.objectValue
        rounding = options?["quantization_type"]?.stringValue.flatMap(BaseRounding.init(rawValue:))
        templateName = template?["is_given"]?.boolValue == true ? template?["name"]?.stringValue : nil
    }

    /// The note of an adapter's folder, or nil where it has none: PEFT's own have none.
    init?(folder: FilePath) throws {
        let path = folder.appending(Self.fileName)
        guard FileManager.default.fileExists(atPath: path.string) else { return nil }
        self.init(json: try JSONParser.parseFile(path))
    }
}
