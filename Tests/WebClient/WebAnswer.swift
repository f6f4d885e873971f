import DatasetFormats
import Foundation

/// What a server answered.
public struct WebAnswer: Sendable {
    public let status: Int
    public let headers: [String: String]
    public let body: [UInt8]

    public var text: String { String(decoding: body, as: UTF8.self) }

    public func object() throws -> JSONObject { try json().objectValue ?? [:] }
    public func json() throws -> JSONValue { try JSONParser.parse(body, source: "answer") }

    /// The objects of server-sent events, `[DONE]` left out.
    public func events() throws -> [JSONObject] {
        try text.split(separator: "\n").filter { $0.hasPrefix("data: {") }.compactMap {
            try JSONParser.parse(Array($0.utf8.dropFirst(6)), source: "event").objectValue
        }
    }

    /// nil for what is no answer of HTTP/1.1.
    public init?(_ bytes: [UInt8]) {
        let mark = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return nil }
        var lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let first = lines.removeFirst().split(separator: " ")
        guard first.count >= 2, first[0] == "HTTP/1.1", let status = Int(first[1]) else { return nil }
        self.status = status
        var headers: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        self.headers = headers
        let rest = Array(bytes[(end + mark.count)...])
        body = headers["transfer-encoding"] == "chunked" ? Self.unchunked(rest) : rest
    }

    /// Whether an answer that says its length is all there; a server need not close its connection after it.
    static func isWhole(_ bytes: [UInt8]) -> Bool {
        guard let answer = WebAnswer(bytes), let length = answer.headers["content-length"].flatMap({ Int($0) }) else {
            return false
        }
        return answer.body.count >= length
    }

    private static func unchunked(_ bytes: [UInt8]) -> [UInt8] {
        var body: [UInt8] = []
        var place = 0
        while let end = bytes[place...].firstIndex(of: 0x0A) {
            let size = Int(String(decoding: bytes[place..<max(place, end - 1)], as: UTF8.self), radix: 16) ?? 0
            guard size > 0, end + 1 + size <= bytes.count else { break }
            body += bytes[(end + 1)..<(end + 1 + size)]
            place = min(bytes.count, end + 1 + size + 2)
        }
        return body
    }
}
