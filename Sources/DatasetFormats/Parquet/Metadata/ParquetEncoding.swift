/// How the values of a page are written. Source: parquet-format, `parquet.thrift`, `Encoding`.
enum ParquetEncoding: Int, Sendable {
    case plain = 0
    case plainDictionary = 2
    case rle = 3
    case bitPacked = 4
    case deltaBinaryPacked = 5
    case deltaLengthByteArray = 6
    case deltaByteArray = 7
    case rleDictionary = 8
    case byteStreamSplit = 9

    init(number: Int) throws(ColumnarDefect) {
        guard let encoding = Self(rawValue: number) else { throw .unsupported("the encoding \(number)") }
        self = encoding
    }
}
