import Dispatch

/// Packs pages on all processors while more are made. Only so many are under way that memory stays bounded.
final class ParquetPagePacker: Sendable {
    private let compression: Compression
    private let level: Int?
    private let queue = DispatchQueue(label: "ds.page-packer", attributes: .concurrent)
    private let places = DispatchSemaphore(value: pagesUnderWay)

    private static let pagesUnderWay = 8

    /// - Parameter level: one of the compression's levels; nil for the usual one.
    init(compression: Compression, level: Int? = nil) {
        self.compression = compression
        self.level = level
    }

    /// Begins to pack a page, once there is a place for it.
    ///
    /// - Parameters:
    ///   - body: the page as it is before it is packed.
    ///   - column: for messages.
    func pack(_ body: [UInt8], _ kind: ParquetWrittenPage.Kind, of column: String) -> ParquetWrittenPage {
        let page = ParquetWrittenPage(kind, of: column)
        places.wait()
        queue.async { [compression, level, places] in
            page.pack(body, compression, level: level)
            places.signal()
        }
        return page
    }
}
