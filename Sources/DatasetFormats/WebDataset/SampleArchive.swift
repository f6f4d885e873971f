import SystemPackage

/// A tar whose members are the parts of rows, as WebDataset has them: `000017.json`, `000017.txt`, `000017.cls` are one.
public struct SampleArchive: Sendable, Hashable {
    /// What a row is made of.
    enum Form: Sendable, Hashable {
        /// Of `000000.json`, `000001.json`, …: each is a row, for its name says only which.
        case rows
        /// Of `__key__` and of each part, by its ending.
        case samples
    }

    public let path: FilePath
    let form: Form
    let limits: ArchiveLimits

    /// The field that names a row.
    static let keyField = "__key__"

    /// Looks whether a packed file is one. Where nobody says so, it is a tar of several files whose names are numbers,
    /// or of which some are parts of one row, and of which none is a file of rows itself. Reads the whole file.
    ///
    /// - Parameter isAsked: whether somebody said that it is one.
    /// - Returns: nil where it is none, and nobody said that it is.
    /// - Throws: `DatasetFormatsError.archive`, `unreadable`.
    public static func find(
        in path: FilePath, limits: ArchiveLimits = .standard, isAsked: Bool = false
    ) throws(DatasetFormatsError) -> SampleArchive? {
        let reader = try ArchiveReader(path: path, limits: limits)
        var survey = SampleSurvey()
        while let member = try reader.nextMember() {
            guard let name = member.name, reader.isTar else {
                guard isAsked else { return nil }
                throw .archive(.notSamples, path: path)
            }
            survey.add(name)
        }
        guard survey.looksLikeSamples || isAsked else { return nil }
        if let defect = survey.defect { throw .archive(defect, path: path) }
        return SampleArchive(path: path, form: survey.isNumberedJSON ? .rows : .samples, limits: limits)
    }
}
