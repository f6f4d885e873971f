import DatasetFormats

extension HuggingFaceConfiguration {
    /// What each layer does: which of them slide, and which rotate.
    func layers(count: Int) throws(LanguageModelsError) -> [ModelFeatures.Layer] {
        let slides = try slidingLayers(count: count)
        let window = try slidingWindow()
        if slides.contains(true), window == nil {
            throw .malformed(file: file, place: "sliding_window", problem: "is missing, and layers slide")
        }
        let rotates = try rotatingLayers(count: count)
        return (0..<count).map { index in
            // Gemma 3 rotates the layers that slide by a base of their own.
            let rotation = architecture == .gemma3 && slides[index] ? 1 : 0
            return ModelFeatures.Layer(
                rotation: rotates[index] ? rotation : nil, window: slides[index] ? window : nil)
        }
    }

    private func slidingWindow() throws(LanguageModelsError) -> Int? {
        guard json["sliding_window"] != nil else { return defaults.slidingWindow }
        return try integer(optional: "sliding_window")
    }

    private func slidingLayers(count: Int) throws(LanguageModelsError) -> [Bool] {
        switch architecture {
        case .llama, .gpt2:
            return Array(repeating: false, count: count)
        case .mistral, .phi3:
            return Array(repeating: try slidingWindow() != nil, count: count)
        case .qwen2, .qwen3, .smolLM3:
            let slides = try flag("use_sliding_window") ?? false
            if let named = try layerTypes(count: count) { return slides ? named : named.map { _ in false } }
            guard slides else { return Array(repeating: false, count: count) }
            let first = try integer(optional: "max_window_layers") ?? 28
            return (0..<count).map { $0 >= first }
        case .gemma2, .gemma3:
            if let named = try layerTypes(count: count) { return named }
            let pattern = architecture == .gemma2 ? 2 : try integer(optional: "sliding_window_pattern") ?? 6
            guard pattern > 0 else {
                throw .malformed(file: file, place: "sliding_window_pattern", problem: "\(pattern) is impossible")
            }
            return (0..<count).map { ($0 + 1) % pattern != 0 }
        }
    }

    /// `layer_types`, where it is there: whether each slides.
    private func layerTypes(count: Int) throws(LanguageModelsError) -> [Bool]? {
        guard let value = json["layer_types"], !value.isNull else { return nil }
        guard let types = value.arrayValue, types.count == count else {
            throw .malformed(file: file, place: "layer_types", problem: "is no list of \(count) layers' types")
        }
        var slides: [Bool] = []
        for type in types {
            switch type.stringValue {
            case "sliding_attention": slides.append(true)
            case "full_attention": slides.append(false)
            default: throw refusal("layer_types", type)
            }
        }
        return slides
    }

    /// SmolLM3 leaves some layers unrotated: `no_rope_layers` has 0 for them.
    private func rotatingLayers(count: Int) throws(LanguageModelsError) -> [Bool] {
        guard architecture == .smolLM3 else { return Array(repeating: architecture != .gpt2, count: count) }
        if let value = json["no_rope_layers"], !value.isNull {
            guard let numbers = value.arrayValue?.map(\.intValue), numbers.count == count else {
                throw .malformed(file: file, place: "no_rope_layers", problem: "is no list of \(count) numbers")
            }
            return numbers.map { $0 != 0 }
        }
        let interval = try integer(optional: "no_rope_layer_interval") ?? 4
        guard interval > 0 else {
            throw .malformed(file: file, place: "no_rope_layer_interval", problem: "\(interval) is impossible")
        }
        return (0..<count).map { ($0 + 1) % interval != 0 }
    }
}
