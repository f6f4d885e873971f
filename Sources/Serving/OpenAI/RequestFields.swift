import DatasetFormats

/// A request's members, read as what each has to be; null is as if it were not there.
struct RequestFields {
    let object: JSONObject

    func value(_ key: String) -> JSONValue? {
        guard let value = object[key], !value.isNull else { return nil }
        return value
    }

    func string(_ key: String) throws(APIError) -> String? {
        try read(key, "a string") { $0.stringValue }
    }

    func bool(_ key: String) throws(APIError) -> Bool? {
        try read(key, "true or false") { $0.boolValue }
    }

    func int(_ key: String, _ range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let value = try read(key, "a whole number", { $0.intValue }) else { return nil }
        guard range.contains(value) else {
            let bound =
                range.upperBound == .max ? "\(range.lowerBound) or more" : "\(range.lowerBound) to \(range.upperBound)"
            throw .invalid(key, "must be \(bound), not \(value)")
        }
        return value
    }

    func double(_ key: String, _ range: ClosedRange<Double>) throws(APIError) -> Double? {
        guard let value = try read(key, "a number", { $0.doubleValue }) else { return nil }
        guard range.contains(value) else {
            throw .invalid(key, "must be from \(range.lowerBound) to \(range.upperBound), not \(value)")
        }
        return value
    }

    func object(_ key: String) throws(APIError) -> JSONObject? {
        try read(key, "an object") { $0.objectValue }
    }

    func list(_ key: String) throws(APIError) -> [JSONValue]? {
        try read(key, "a list") { $0.arrayValue }
    }

    /// One string, or a list of them.
    func strings(_ key: String, limit: Int) throws(APIError) -> [String] {
        guard let value = value(key) else { return [] }
        if let text = value.stringValue { return [text] }
        let texts = value.arrayValue?.compactMap(\.stringValue) ?? []
        guard let list = value.arrayValue, texts.count == list.count else {
            throw .invalid(key, "must be a string or a list of strings")
        }
        guard texts.count <= limit else { throw .invalid(key, "may have at most \(limit)") }
        return texts
    }

    private func read<Value>(
        _ key: String, _ wanted: String, _ convert: (JSONValue) -> Value?
    ) throws(APIError) -> Value? {
        guard let value = value(key) else { return nil }
        guard let converted = convert(value) else { throw .invalid(key, "must be \(wanted), not \(value.kind)") }
        return converted
    }

    /// - Throws: where a member is there that would be passed over in silence.
    func refuse(_ keys: [String: String]) throws(APIError) {
        for (key, reason) in keys.sorted(by: { $0.key < $1.key }) where value(key) != nil {
            throw APIError(
                status: 400, message: "\(key): \(reason)", parameter: key, code: "unsupported_parameter")
        }
    }
}
