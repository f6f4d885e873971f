import DatasetFormats

extension JSONObject {
    /// An array of so many objects, those that nobody wants any more where there are some: another takes the place of
    /// each.
    static func room(for count: Int, insteadOf spent: inout [JSONObject]?) -> [JSONObject] {
        var rows = spent.take() ?? []
        rows.removeLast(max(0, rows.count - count))
        rows += repeatElement(JSONObject(), count: count - rows.count)
        return rows
    }
}
