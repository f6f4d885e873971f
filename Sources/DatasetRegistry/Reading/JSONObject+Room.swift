import DatasetFormats

extension JSONObject {
    /// An array of so many objects, of those that nobody wants any more where there are some: each is freed just before
    /// another takes its place.
    static func room(for count: Int, insteadOf spent: inout [JSONObject]?) -> [JSONObject] {
        var rows = spent.take() ?? []
        rows.removeLast(max(0, rows.count - count))
        rows += repeatElement(JSONObject(), count: count - rows.count)
        return rows
    }
}
