import SystemPackage

public struct JinjaLanguageSuite: ConformanceSuite {
    public init(folder: FilePath, surroundings: ConformanceSurroundings) throws {
        throw ConformanceError.wrongLayout(path: folder, field: "(not written yet)")
    }

    public mutating func run() throws -> ConformanceReport { ConformanceReport() }
}
