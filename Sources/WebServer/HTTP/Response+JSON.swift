import DatasetFormats
import Hummingbird
import NIOCore
import Serving

extension Response {
    init(_ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        self.init(
            status: status, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: JSONWriter.bytes(value, style: .compact))))
    }

    init(_ object: JSONObject) { self.init(.object(object)) }

    init(_ error: APIError) {
        var headers = HTTPFields()
        if let seconds = error.retryAfter { headers[.retryAfter] = "\(seconds)" }
        if error.status == 401 { headers[.wwwAuthenticate] = "Bearer" }
        self.init(.object(error.json), status: .init(code: error.status), headers: headers)
    }

    init(text: String, type: String) {
        self.init(
            status: .ok, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// A download that a browser keeps under a name, which is made of safe characters alone.
    init(file name: String, body: ResponseBody) {
        let safe = String(
            name.unicodeScalars.map { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains(scalar))
                    ? Character(scalar) : "_"
            })
        self.init(
            status: .ok,
            headers: [
                .contentType: "application/octet-stream", .contentDisposition: "attachment; filename=\"\(safe)\"",
            ], body: body)
    }
}

extension Request {
    /// The body as a JSON object.
    ///
    /// - Throws: `APIError` for another type of body, one that is too long, or no object. Only JSON's own type is
    ///   taken, which no form of a foreign page can send.
    func jsonObject(limit: Int) async throws -> JSONObject {
        let type = headers[.contentType]?.split(separator: ";").first.map { $0.lowercased() } ?? ""
        guard type.trimmingSpaces == "application/json" else {
            throw APIError(status: 415, message: "the body must be application/json")
        }
        let buffer: ByteBuffer
        do {
            buffer = try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw APIError(status: 413, message: "the body has more than \(limit) bytes")
        }
        let value: JSONValue
        do {
            value = try JSONParser.parse(Array(buffer.readableBytesView), source: "body")
        } catch {
            throw APIError(status: 400, message: "\(error)")
        }
        guard let object = value.objectValue else {
            throw APIError(status: 400, message: "the body is \(value.kind), not an object")
        }
        return object
    }
}

extension StringProtocol {
    var trimmingSpaces: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
