import Foundation
import SystemPackage

extension FilePath {
    var exists: Bool { FileManager.default.fileExists(atPath: string) }

    /// Files of the folder whose names begin so, sorted.
    func files(prefix: String) throws -> [FilePath] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: string).filter { $0.hasPrefix(prefix) }
                .sorted().map { appending($0) }
        } catch {
            throw ConformanceError.unreadable(path: self, problem: "\(error)")
        }
    }
}
