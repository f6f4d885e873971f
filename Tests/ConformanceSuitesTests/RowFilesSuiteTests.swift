import ConformanceSuites
import SharedData
import SystemPackage
import Testing

@Suite(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
struct RowFilesSuiteTests {
    @Test func arrowFilesHaveTheRowsThatPyarrowFinds() throws {
        let folder = SharedData.dataFolder.appending("arrow")
        var suite = try ArrowSuite(folder: folder, surroundings: Self.surroundings(folder))
        let report = try suite.run()
        #expect(report.failures.isEmpty)
        #expect(report.passedCount >= 71)
    }

    @Test func parquetFilesHaveTheRowsThatPyarrowFinds() throws {
        let folder = SharedData.dataFolder.appending("parquet")
        var suite = try ParquetSuite(folder: folder, surroundings: Self.surroundings(folder))
        let report = try suite.run()
        #expect(report.failures.isEmpty)
        #expect(report.passedCount >= 56)
    }

    private static func surroundings(_ folder: FilePath) -> ConformanceSurroundings {
        ConformanceSurroundings(folder: folder, sharedData: SharedData.dataFolder)
    }
}
