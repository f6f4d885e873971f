import Yams

extension TrainingOptions {
    /// Reads the keys of a LLaMA-Factory YAML file.
    ///
    /// - Parameter file: its name, for errors.
    /// - Throws: `TrainingError` for a file that is no flat mapping, and for every key that ds does not know, by name.
    public mutating func apply(yaml text: String, file: String) throws(TrainingError) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw Self.unreadable(error, file: file)
        }
        guard let node else { return }
        guard let mapping = node.mapping else {
            throw .malformedConfiguration(file: file, problem: "must be a mapping of settings to values")
        }
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                throw .malformedConfiguration(file: file, problem: "a setting's name must be a word")
            }
            let place = "\(file):\(key.mark.map { "\($0.line)" } ?? "?")"
            if let text = value.scalar?.string {
                // YAML's null leaves a setting as it is.
                let isPlain = value.scalar?.style == .plain || value.scalar?.style == .any
                guard !(isPlain && ["", "~", "null", "Null", "NULL"].contains(text)) else {
                    if !Self.keys.contains(name) { try set(name, to: text, place: place) }
                    continue
                }
                try set(name, to: text, place: place)
            } else if let items = value.sequence?.map({ $0.scalar?.string }), !items.contains(nil) {
                try set(name, to: items.compactMap { $0 }.joined(separator: ","), place: place)
            } else if name == "lr_scheduler_kwargs", let pairs = value.mapping, let text = Self.text(of: pairs) {
                try set(name, to: text, place: place)
            } else {
                throw .malformedConfiguration(file: place, problem: "\(name) must have one value, or a list of them")
            }
        }
    }

    /// What is wrong with a file that is no YAML, in a line: the parser's own words show pages of the file.
    private static func unreadable(_ error: any Error, file: String) -> TrainingError {
        switch error as? YamlError {
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.sorted().joined(separator: ", ")
            return .malformedConfiguration(
                file: "\(file):\(context.mark.line)", problem: "\(names) is there twice; keep one of them")
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return .malformedConfiguration(file: "\(file):\(mark.line):\(mark.column)", problem: problem)
        default: return .malformedConfiguration(file: file, problem: "\(error)")
        }
    }

    /// A flat mapping as `a=1,b=2`; nil for a deeper one.
    private static func text(of pairs: Node.Mapping) -> String? {
        var parts: [String] = []
        for (key, value) in pairs {
            guard let name = key.scalar?.string, let text = value.scalar?.string else { return nil }
            parts.append("\(name)=\(text)")
        }
        return parts.joined(separator: ",")
    }
}
