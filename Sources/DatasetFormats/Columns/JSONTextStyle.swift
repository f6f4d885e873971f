/// How values that JSON has no form of are written.
public enum JSONTextStyle: Sendable, Hashable {
    /// As people expect them: times in ISO 8601, bytes in Base64, decimals as text, not-a-number as null.
    case plain
    /// So that no two values have one form: `{"base64": …}`, `{"decimal": …}`, `{"time": …}`, `{"float":…}`.
    case tagged
}
