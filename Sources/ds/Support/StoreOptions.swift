import ArgumentParser
import ContentStore
import Foundation
import SystemPackage

/// Which store a command works on.
struct StoreOptions: ParsableArguments {
    static let environmentVariable = "DS_STORE"

    @Option(help: "The store, a folder .ds; else DS_STORE, else the nearest from here upwards.")
    var store: String?

    /// The folder that was named on the command line or in the environment.
    var named: FilePath? {
        let environment = ProcessInfo.processInfo.environment[Self.environmentVariable].flatMap {
            $0.isEmpty ? nil : $0
        }
        return (store ?? environment).map { FilePath($0) }
    }

    static var workingFolder: FilePath { FilePath(FileManager.default.currentDirectoryPath) }

    func open() throws -> Store {
        if let named { return try Store(opening: named) }
        let here = Self.workingFolder
        guard let root = Store.find(from: here) else { throw ContentStoreError.noStore(from: here) }
        return try Store(opening: root)
    }
}

/// How a command prints its result.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON.") var json = false
}
