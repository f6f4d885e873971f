import DatasetFormats

/// A message's content where it is a list of parts, as in OpenAI's API: texts joined without anything between.
struct MessageParts {
    let row: Int
    let field: String

    /// Types of parts that hold media, and what these are called.
    private static let media = [
        "image": "images", "image_url": "images", "input_image": "images", "video": "videos", "video_url": "videos",
        "audio": "audios", "audio_url": "audios", "input_audio": "audios", "file": "files",
    ]

    /// - Throws: `ConversationsError.unsupportedMedia`, or `wrongType` for a part that is no text.
    func text(of parts: [JSONValue]) throws(ConversationsError) -> String {
        var text = ""
        for (place, part) in parts.enumerated() {
            if let plain = part.stringValue {
                text += plain
                continue
            }
            let type = part.objectValue?["type"]?.stringValue ?? "text"
            if let what = Self.media[type] {
                throw .unsupportedMedia(row: row, field: "\(field)[\(place)]", what: what)
            }
            // LLaMA-Factory's newest files write `value`.
            guard type == "text", let words = (part.objectValue?["text"] ?? part.objectValue?["value"])?.stringValue
            else {
                throw .wrongType(
                    row: row, field: "\(field)[\(place)]", found: type == "text" ? part.kind : "a part of type \(type)",
                    wanted: "a part with text")
            }
            text += words
        }
        return text
    }
}
