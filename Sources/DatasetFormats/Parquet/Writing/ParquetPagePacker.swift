import Dispatch

/// Packs pages on all processors while more are made. Only so many are under way that memory stays bounded.
final class ParquetPagePacker: Sendable {
    private let compression: Compression
    private let queue = DispatchQueue(label: "ds.page-packer", attributes: .concurrent)
    private let places = DispatchSemaphore(value: pagesUnderWay)

    private static let pagesUnderWay = 8

    init(compression: Compression) { self.compression = compression }

    /// Begins to pack a page, once there is a place for it.
    ///
    /// - Parameters:
    ///   - body: the page as it is before it is packed.
    ///   - column: for messages.
    func pack(_ body: [UInt8], _ kind: ParquetWrittenPage.Kind, of column: String) -> ParquetWrittenPage {
        let page = ParquetWrittenPage(kind, of: column)
        places.wait()
        queue.async { [compression, places] in
            page.pack(body, compression)
            places.signal()
        }
        return page
    }
}
