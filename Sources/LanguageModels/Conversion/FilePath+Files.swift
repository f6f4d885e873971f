import Foundation
import SystemPackage

extension FilePath {
    /// The names of a folder's visible files, without its folders, sorted.
    func plainFiles() throws(LanguageModelsError) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: string)
        } catch {
            throw .unreadable(path: self, .noSuchFileOrDirectory)
        }
        return names.filter { name in
            var isFolder: ObjCBool = false
            return !name.hasPrefix(".")
                && FileManager.default.fileExists(atPath: appending(name).string, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }
}
