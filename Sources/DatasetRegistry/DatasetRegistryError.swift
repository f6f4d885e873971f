import ContentStore
import DatasetFormats
import SystemPackage

/// Why a dataset cannot be added, forked, read or written out.
public enum DatasetRegistryError: Error, Hashable, CustomStringConvertible {
    /// The file is not the one that was asked for.
    case sha1Mismatch(file: String, expected: ObjectID, found: ObjectID)
    case invalidSHA1(text: String, place: String)
    /// Rows that are not what they must be; the first few.
    case badRows(file: String, count: Int, first: [DatasetFormatsError])
    /// Every row was bad.
    case noGoodRows(file: String, count: Int)
    /// Neither a file nor a dataset of the registry.
    case notFound(text: String, nearest: String?)
    /// A LLaMA-Factory data folder, which is added entry by entry.
    case dataFolder(path: FilePath)
    /// No file of rows is in the folder.
    case emptyFolder(path: FilePath)
    case unreadableFolder(path: FilePath, problem: String)
    /// The file was written to while it was read.
    case changedMeanwhile(file: String)
    /// Several files were added together, and none was named.
    case severalOriginals(dataset: String, files: [String])
    /// dataset_info.json, or an entry of it.
    case badDatasetInfo(file: FilePath, place: String, problem: String)
    case invalidPlaceholder(text: String, problem: String)
    case nothingReplaced(placeholder: String, dataset: String, nearest: String?)
    /// The name stands for a dataset that the new one would not be a version of.
    case nameTaken(name: String, by: String)
    /// Only a fork can be made again from a newer parent.
    case notAFork(name: String, operation: String)
    /// No name stands for what a fork was made from any more.
    case parentGone(name: String)
    /// Several names could be the parent that is meant.
    case severalParents(name: String, parents: [String])
    /// Rows are to be told apart by a column that they do not have.
    case noKey(dataset: String, row: Int, column: String)
    case noSuchRow(dataset: String, row: Int, count: Int)
    /// A shard is missing or damaged, and its rows with it.
    case damagedShard(dataset: String, shard: Int, rows: Range<Int>, ContentStoreError)
    /// The shards joined are not the file that was added.
    case sourceDiffers(dataset: String, expected: ObjectID, found: ObjectID)
    case unwritable(path: FilePath, Errno)

    public var description: String {
        switch self {
        case .sha1Mismatch(let file, let expected, let found):
            return "\(file): its SHA-1 is \(found), not \(expected); nothing was added, get the file again"
        case .invalidSHA1(let text, let place):
            return "\(place): \"\(text)\" is no SHA-1, which is 40 hexadecimal digits"
        case .badRows(let file, let count, let first):
            let more = count > first.count ? "\n  … and \(count - first.count) more" : ""
            let list = first.map { "  \($0.description)" }.joined(separator: "\n")
            return "\(file): \(count) bad row\(count == 1 ? "" : "s"), nothing was added:\n\(list)\(more)\n"
                + "mend the file, or leave these rows out with --skip-bad-rows"
        case .noGoodRows(let file, let count): return "\(file): all \(count) rows are bad; nothing was added"
        case .notFound(let text, let nearest):
            return "\(text): no such file, and no dataset of the registry is called so"
                + (nearest.map { "; did you mean \($0)?" } ?? "")
        case .dataFolder(let path):
            return
                "\(path): has a dataset_info.json, which says what its files are; add them with: ds add --from \(path)"
        case .emptyFolder(let path):
            return
                "\(path): no file in it is one of rows, by its name's ending; what a dataset_info.json lists is added"
                + " with: ds add --from FOLDER"
        case .unreadableFolder(let path, let problem): return "\(path): \(problem)"
        case .changedMeanwhile(let file): return "\(file): changed while it was read; add it again"
        case .severalOriginals(let dataset, let files):
            return "\(dataset) was read from \(files.count) files; name one with --file: "
                + files.prefix(5).joined(separator: ", ") + (files.count > 5 ? ", …" : "")
        case .badDatasetInfo(let file, let place, let problem): return "\(file): \(place): \(problem)"
        case .invalidPlaceholder(let text, let problem):
            return "--set \(text): \(problem); write it as --set NAME=value"
        case .nothingReplaced(let placeholder, let dataset, let nearest):
            return "--set \(placeholder): \(dataset) has no such placeholder"
                + (nearest.map { "; did you mean \($0)?" } ?? "; ds preview \(dataset) shows its rows")
        case .nameTaken(let name, let other):
            return "\(name) is \(other), not an earlier version of this; choose another name with --name"
        case .notAFork(let name, let operation):
            return "\(name) was made by \(operation), so that there is nothing to make it again from;"
                + " a file that changed is added again: ds add FILE --name \(name)"
        case .parentGone(let name):
            return "no dataset is a later version of what \(name) was made from; name one with --from"
        case .severalParents(let name, let parents):
            return "\(name) was made from what \(parents.joined(separator: " and ")) both were; name one with --from"
        case .noKey(let dataset, let row, let column):
            return "\(dataset), row \(row): has no column \(column) to tell it by; choose another --key"
        case .noSuchRow(let dataset, let row, let count):
            return "\(dataset): there is no row \(row); rows are 0 to \(count - 1)"
        case .damagedShard(let dataset, let shard, let rows, let error):
            return
                "\(dataset): shard \(shard), rows \(rows.lowerBound) to \(rows.upperBound - 1), cannot be read: \(error)"
        case .sourceDiffers(let dataset, let expected, let found):
            return "\(dataset): its shards joined have the SHA-1 \(found), not \(expected); run: ds verify"
        case .unwritable(let path, let errno): return "\(path): \(errno)"
        }
    }

    public var isMachineFailure: Bool {
        switch self {
        case .unwritable, .sourceDiffers, .changedMeanwhile, .unreadableFolder, .damagedShard: true
        default: false
        }
    }

    public var isWrongUse: Bool {
        switch self {
        case .invalidSHA1, .dataFolder, .emptyFolder, .severalOriginals, .invalidPlaceholder,
            .nothingReplaced, .nameTaken,
            .noSuchRow,
            .notAFork, .parentGone, .severalParents, .noKey:
            true
        default: false
        }
    }
}

extension DatasetRegistryError {
    /// What is lost with the shard of a row; nil for an error that is about no lost object.
    static func damagedShard(of dataset: StoredDataset, row: Int, _ error: ContentStoreError) -> DatasetRegistryError? {
        guard error.isLostObject else { return nil }
        let number = dataset.manifest.shardIndex(ofRow: row)
        let shard = dataset.manifest.shards[number]
        return .damagedShard(
            dataset: dataset.name, shard: number, rows: shard.firstRow..<shard.firstRow + shard.rows, error)
    }
}
