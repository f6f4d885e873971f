import DatasetFormats
import SystemPackage

/// A model or adapter as a page asks for it: checked, and as the command that makes it.
struct ExportRequest: Sendable {
    enum Form: String, CaseIterable {
        /// A run's adapter, as PEFT reads it.
        case peft
        /// A run's adapter, as llama.cpp reads it.
        case adapterGGUF = "adapter_gguf"
        /// A model, or a run's adapter merged into its model, as one GGUF file.
        case gguf
        /// The same as Hugging Face's folder.
        case folder

        var isAdapters: Bool { self == .peft || self == .adapterGGUF }
    }

    let source: String
    let isRun: Bool
    let form: Form
    let format: String?

    /// The numbers that each form can have.
    static let formats: [Form: Set<String>] = [
        .gguf: [
            "f32", "f16", "bf16", "q8_0", "q4_0", "q4_1", "q5_0", "q5_1", "q4_k", "q5_k", "q6_k",
        ],
        .folder: ["f32", "f16", "bf16"],
    ]

    /// - Throws: `WebServerError.badRequest` that names what is wrong.
    init(_ object: JSONObject) throws(WebServerError) {
        isRun = object["run"] != nil
        source = try RequestName.name((object["run"] ?? object["model"])?.stringValue)
        let asked = object["as"]?.stringValue ?? ""
        guard let form = Form(rawValue: asked) else {
            throw .badRequest("as must be one of \(Form.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard isRun || !form.isAdapters else { throw .badRequest("\(source) is a model, and no adapter") }
        self.form = form
        guard let format = object["format"]?.stringValue else {
            self.format = nil
            return
        }
        guard let known = Self.formats[form], known.contains(format) else {
            throw .badRequest("\(form.rawValue) has no numbers called \(format)")
        }
        self.format = format
    }

    /// What the file or folder is called: the source's name, made of characters that every system takes.
    var name: String {
        let plain = String(
            source.prefix(60).map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
        return switch form {
        case .peft: "\(plain)-peft"
        case .adapterGGUF: "\(plain)-adapter.gguf"
        case .gguf: plain + (format.map { "-\($0)" } ?? "") + ".gguf"
        case .folder: "\(plain)-model"
        }
    }

    /// - Parameters:
    ///   - folder: where the file or folder is made.
    ///   - isWholeModel: whether the run trained the model itself, so that there is nothing to merge.
    func arguments(in folder: FilePath, isWholeModel: Bool) throws(WebServerError) -> [String] {
        let target = folder.appending(name).string
        let source = isRun ? "runs/\(source)" : source
        let numbers = format.map { ["--format=\($0)"] } ?? []
        if form.isAdapters {
            guard !isWholeModel else { throw .badRequest("\(self.source) trained the model itself: it has no adapter") }
            return ["adapter", "convert", source, target]
        }
        return (isRun && !isWholeModel ? ["merge"] : ["model", "convert"]) + [source, target] + numbers
    }
}
