/// How rows stand in a JSON file; found in its content, never in its name.
public enum JSONLayout: String, Sendable, Hashable {
    /// One array of objects.
    case array
    /// An object on each line.
    case lines
    /// Objects after one another, in any arrangement of lines.
    case concatenated
}
