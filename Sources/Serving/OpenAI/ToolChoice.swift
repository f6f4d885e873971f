import ChatTemplates
import DatasetFormats

/// Which of the tools a model may call, and whether it has to.
struct ToolChoice {
    /// A JSON list of the tools that the model is told; nil for none.
    let tools: String?
    /// What the answer is made to begin with, so that it is a call.
    let opening: String
    /// The names that may follow the opening.
    let names: [String]

    private enum Wish {
        case none, auto, required
        case named(String)
    }

    static let maximumTools = 128

    init(_ fields: RequestFields, format: ToolFormat?) throws(APIError) {
        let list = try fields.list("tools") ?? []
        guard list.count <= Self.maximumTools else { throw .invalid("tools", "may have at most \(Self.maximumTools)") }
        var all: [String] = []
        for (index, tool) in list.enumerated() {
            guard tool.objectValue?["type"]?.stringValue == "function",
                let name = tool.objectValue?["function"]?.objectValue?["name"]?.stringValue, !name.isEmpty
            else { throw .invalid("tools[\(index)]", "must be a function with a name") }
            all.append(name)
        }
        let wish = try Self.wish(fields)
        if case .none = wish {
            self.init(tools: nil, opening: "", names: [])
            return
        }
        guard !list.isEmpty else {
            if case .auto = wish {
                self.init(tools: nil, opening: "", names: [])
                return
            }
            throw .invalid("tool_choice", "asks for a call, and there are no tools")
        }
        let text = JSONWriter.string(.array(list), style: .pythonic)
        switch wish {
        case .required: self.init(tools: text, opening: try Self.demanded(format), names: all)
        case .named(let name):
            guard all.contains(name) else { throw .invalid("tool_choice", "there is no tool \(name)") }
            self.init(tools: text, opening: try Self.demanded(format), names: [name])
        default: self.init(tools: text, opening: "", names: [])
        }
    }

    private init(tools: String?, opening: String, names: [String]) {
        self.tools = tools
        self.opening = opening
        self.names = names
    }

    private static func wish(_ fields: RequestFields) throws(APIError) -> Wish {
        guard let value = fields.value("tool_choice") else { return .auto }
        switch value.stringValue {
        case "none": return .none
        case "auto": return .auto
        case "required": return .required
        default:
            guard let name = value.objectValue?["function"]?.objectValue?["name"]?.stringValue else {
                throw .invalid("tool_choice", "must be none, auto, required, or name a function")
            }
            return .named(name)
        }
    }

    private static func demanded(_ format: ToolFormat?) throws(APIError) -> String {
        guard let format else {
            throw .invalid("tool_choice", "how this model writes a call is not known, so none can be demanded")
        }
        return try opening(format)
    }

    /// What a call of any tool begins with: what stands before the name where a call is written.
    static func opening(_ format: ToolFormat) throws(APIError) -> String {
        let name = "NAMEOFTOOL"
        let call = ToolCall(name: name, arguments: .object([:])).json()
        guard let written = try? format.render(calls: JSONWriter.string(call, style: .pythonic)) else { return "" }
        let parts = Array(written.utf8)
        let wanted = Array(name.utf8)
        let start = parts.indices.first { parts[$0...].starts(with: wanted) } ?? 0
        return String(decoding: parts[..<start], as: UTF8.self)
    }

    /// The word by which the beginning of a call is known in a stream: nil where a call begins with its name.
    static func mark(_ format: ToolFormat) -> String? {
        guard let opening = try? opening(format) else { return nil }
        let word = opening.unicodeScalars.drop { $0.properties.isWhitespace }.prefix { !$0.properties.isWhitespace }
        return word.isEmpty ? nil : String(String.UnicodeScalarView(word))
    }
}
