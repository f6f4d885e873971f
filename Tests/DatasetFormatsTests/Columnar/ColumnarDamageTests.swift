import DatasetFormats
import Testing

/// Files that were cut short or changed: an error or rows, and never a crash.
@Suite struct ColumnarDamageTests {
    private static let texts = (0..<20).map { index in
        let text = index % 4 == 0 ? "null" : "\"row \(index % 3)\""
        let object = "{\"flag\":\(index % 2 == 0),\"half\":0.5}"
        return "{\"text\":\(text),\"number\":\(index),\"list\":[1,null,\(index)],\"object\":\(object)}"
    }

    private static let forms = [
        ColumnarFile.Form(format: .parquet, compression: .none),
        ColumnarFile.Form(format: .parquet, compression: .snappy),
        ColumnarFile.Form(format: .parquet, compression: .zstd), ColumnarFile.Form(format: .arrow, compression: .none),
        ColumnarFile.Form(format: .arrowStream, compression: .lz4Frame),
        ColumnarFile.Form(format: .arrowStream, compression: .zstd),
    ]

    private static let limits = JSONLimits(maximumRowBytes: 1 << 16)

    /// The rows that a reader finds before it is done or finds something wrong; no more than a few, for a number of
    /// rows may have been changed into a very large one.
    private func read(_ bytes: [UInt8], _ format: DatasetFormat) throws(DatasetFormatsError) -> Int {
        var reader = BatchRowReader(try ColumnarFile.open(bytes, format), limits: Self.limits)
        var count = 0
        while count < 1000, try reader.next() != nil { count += 1 }
        return count
    }

    @Test(arguments: forms)
    func everyLengthIsReadOrRefused(form: ColumnarFile.Form) throws {
        let whole = try ColumnarFile.write(try ColumnarFile.objects(Self.texts), as: form)
        #expect(try read(whole, form.format) == Self.texts.count)
        for length in 0..<whole.count {
            let found = Result { () throws(DatasetFormatsError) in try read(Array(whole[..<length]), form.format) }
            switch found {
            case .success(let count):
                // Only a stream may end between two of its batches, or before it says that it ends.
                let isBetween = count % 7 == 0 || count == Self.texts.count
                #expect(form.format == .arrowStream && isBetween, "\(length) of \(whole.count) bytes")
            case .failure(let error): #expect(!error.isMachineFailure && !error.description.isEmpty)
            }
        }
    }

    @Test(arguments: forms)
    func everyChangedByteIsReadOrRefused(form: ColumnarFile.Form) throws {
        let whole = try ColumnarFile.write(try ColumnarFile.objects(Self.texts), as: form)
        var refused = 0
        for place in whole.indices {
            for change in [0xFF, 0x01, 0x80] as [UInt8] {
                var bytes = whole
                bytes[place] ^= change
                do throws(DatasetFormatsError) { _ = try read(bytes, form.format) } catch {
                    refused += 1
                    #expect(!error.isMachineFailure)
                }
            }
        }
        #expect(refused > whole.count / 4)
    }

    @Test func changedPagesFailTheirChecksum() throws {
        let form = ColumnarFile.Form(format: .parquet, compression: .none)
        let whole = try ColumnarFile.write(try ColumnarFile.objects([#"{"a":"needle in a page"}"#]), as: form)
        let needle = Array("needle".utf8)
        let place = try #require(whole.indices.first { whole[$0...].starts(with: needle) })
        var bytes = whole
        bytes[place] = UInt8(ascii: "N")
        #expect(
            throws: DatasetFormatsError.damaged(source: "file", place: "row group 0", .wrongChecksum("a page of a"))
        ) {
            _ = try ColumnarFile.rows(bytes, .parquet)
        }
    }
}
