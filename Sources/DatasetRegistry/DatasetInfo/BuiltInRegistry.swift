import Foundation
import SystemPackage

/// The data sets that ship with ds: the folder `registry`.
public enum BuiltInRegistry {
    public static let environmentVariable = "DS_REGISTRY"

    /// The registry's folder: the one the environment names, or the nearest to the program: beside its checkout, or
    /// in `share/ds` of where it is installed.
    public static func folder(environment: [String: String], executable: FilePath?) -> FilePath? {
        if let named = environment[environmentVariable], !named.isEmpty { return FilePath(named) }
        guard var folder = executable?.removingLastComponent() else { return nil }
        while true {
            for candidate in [
                folder.appending("registry"), folder.appending("share").appending("ds").appending("registry"),
            ]
            where isRegistry(candidate) { return candidate }
            let parent = folder.removingLastComponent()
            guard parent != folder, !parent.isEmpty else { return nil }
            folder = parent
        }
    }

    private static func isRegistry(_ folder: FilePath) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(DatasetInfoFile.fileName).string)
    }
}
