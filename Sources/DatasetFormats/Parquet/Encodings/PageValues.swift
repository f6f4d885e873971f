/// Hands out the values of a page, a few at a time.
protocol PageValues {
    /// Appends the next values.
    ///
    /// - Throws: `truncated` where the page has fewer.
    mutating func read(_ count: Int, into values: inout LeafValues) throws(ColumnarDefect)
}
