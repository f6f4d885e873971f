import DatasetFormats
import Foundation
import SystemPackage

/// A new file, packed as the ending of its name asks for, that is put in place when it is whole.
struct PackedOutput {
    private let file: StagedFile
    private let writer: PackedWriter?
    let path: FilePath

    /// - Parameter format: of the rows; in an archive, the ending of its one member.
    /// - Throws: `CommandError` where the file cannot be written, or is there and may not be replaced;
    ///   `DatasetFormatsError.archive`.
    init(_ path: FilePath, format: DatasetFormat, replacing replaces: Bool) throws {
        self.path = path
        let file = try StagedFile(for: path, replacing: replaces)
        self.file = file
        guard let (form, inner) = PackedWriter.Form.named(path.lastComponent?.string ?? path.string) else {
            writer = nil
            return
        }
        if let container = form.container, (container == .tar) != (format == .webdataset) {
            throw CommandError.cannotPack(path: path.string, format: format.rawValue)
        }
        if format == .webdataset {
            // Its files are the rows, so that the rows' own writer makes the tar.
            writer = try form.compression.map { try file.packed(PackedWriter.Form(container: nil, compression: $0)) }
            return
        }
        let packed = try file.packed(form)
        writer = packed
        let hasEnding = DatasetFormat(endingOf: FilePath(inner)) != nil
        try packed.beginMember(hasEnding ? inner : "\(inner).\(format.endings[0])", byteCount: nil)
    }

    /// The format that a name asks for beside its packing.
    static func format(endingOf path: FilePath) -> DatasetFormat? {
        let name = path.lastComponent?.string ?? path.string
        guard let packed = PackedWriter.Form.named(name) else { return DatasetFormat(endingOf: FilePath(name)) }
        return DatasetFormat(endingOf: FilePath(packed.inner)) ?? (packed.form.container == .tar ? .webdataset : nil)
    }

    func append(_ bytes: [UInt8]) throws {
        if let writer { try writer.append(bytes) } else { try file.append(bytes) }
    }

    /// - Returns: how large the file is.
    @discardableResult
    func finish() throws -> Int {
        try writer?.finish()
        return try file.finish()
    }
}
