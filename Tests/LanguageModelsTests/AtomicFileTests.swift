import LanguageModels
import SystemPackage
import TestFolders
import Testing
import TinyModels

@Suite struct AtomicFileTests {
    @Test func filesAreReplacedWhole() throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("file")
        for bytes in [[1, 2, 3], [], [4]] as [[UInt8]] {
            try AtomicFile.write(bytes, to: path)
            #expect(try contents(path) == bytes)
            #expect(try names(in: folder.path) == ["file"])
        }
    }

    @Test func whatCannotBeReplacedStays() throws {
        let folder = try TemporaryFolder()
        // A folder that is not empty stands where the file should go.
        let inner = folder.path.appending("name")
        try AtomicFile.write([1], to: folder.path.appending("other"))
        try makeFolder(inner)
        try AtomicFile.write([2], to: inner.appending("kept"))
        let error = #expect(throws: LanguageModelsError.self) { try AtomicFile.write([3], to: inner) }
        guard case .unreadable(inner, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try contents(inner.appending("kept")) == [2])
        #expect(try names(in: folder.path) == ["name", "other"])
    }
}
