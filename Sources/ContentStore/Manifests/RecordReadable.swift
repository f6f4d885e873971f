/// A value that stands in a manifest's JSON.
protocol RecordReadable {
    /// - Throws: `ContentStoreError.malformedManifest` where something else stands there.
    init(from reader: inout RecordReader) throws(ContentStoreError)
}

extension String: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) { self = try reader.readString() }
}

extension Bool: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        if reader.take("true") {
            self = true
        } else if reader.take("false") {
            self = false
        } else {
            throw reader.unexpected("true or false")
        }
    }
}

extension Int: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        let text = try reader.readNumber()
        guard let value = Int(text) ?? Double(text).flatMap(Int.init(exactly:)) else {
            throw reader.malformed("\(text) is no whole number of 64 bits")
        }
        self = value
    }
}

extension Optional: RecordReadable where Wrapped: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        self = reader.take("null") ? nil : .some(try reader.read())
    }
}

extension Array: RecordReadable where Element: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        self = []
        try reader.beginArray()
        while try reader.nextElement() { append(try reader.read()) }
    }
}

extension Dictionary: RecordReadable where Key == String, Value: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        self = [:]
        try reader.beginObject()
        while let key = try reader.nextKey() { self[key] = try reader.read() as Value }
    }
}

extension ObjectID: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        let text = try reader.readString()
        guard let id = ObjectID(hex: text) else { throw reader.malformed("\"\(text.prefix(50))\" is no SHA-1") }
        self = id
    }
}

extension ReferenceKind: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        let text = try reader.readString()
        guard let kind = ReferenceKind(rawValue: text) else {
            throw reader.malformed("\"\(text.prefix(50))\" is no kind of a manifest")
        }
        self = kind
    }
}
