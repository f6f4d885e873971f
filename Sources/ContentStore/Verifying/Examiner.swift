import Foundation
import SystemPackage

/// Looks at a store from outside: its shape, its permissions, who uses it, and what was left behind. Changes nothing,
/// and reads no object; that is what `Verifier` is for.
public struct Examiner {
    private let store: Store
    private var diagnosis = Diagnosis()

    /// - Parameter root: the folder `.ds`, in whatever state it is.
    public init(root: FilePath) { store = Store(inspecting: root) }

    /// Below so many free bytes an `add` is likely to fail.
    private static let scarceBytes = 64 << 20
    /// Clocks that differ by more than so many seconds are wrong.
    private static let clockTolerance = 60.0

    /// - Throws: `ContentStoreError.noStore` where there is no such folder.
    public mutating func run() throws(ContentStoreError) -> Diagnosis {
        guard FileSystem.isFolder(store.root) else { throw .noStore(from: store.root) }
        examine("format", format)
        examine("folders", folders)
        examine("space", space)
        examine("clock", clock)
        examine("leases", leases)
        examine("leftovers", leftovers)
        examine("names", names)
        examine("objects", objects)
        examine("index", index)
        return diagnosis
    }

    /// A part that finds nothing is fine; one that cannot be looked at is wrong.
    private mutating func examine(
        _ subject: String, _ part: (inout Report) throws(ContentStoreError) -> Void
    ) {
        var report = Report(subject: subject)
        do {
            try part(&report)
        } catch {
            report.wrong("\(error)", "mend what the message names, then run ds doctor again")
        }
        if report.findings.isEmpty { report.add(.fine, report.summary, "") }
        diagnosis.findings += report.findings
    }

    private struct Report {
        let subject: String
        var summary = "as it should be"
        var findings: [Diagnosis.Finding] = []

        mutating func add(_ level: Diagnosis.Level, _ detail: String, _ advice: String) {
            findings.append(.init(level: level, subject: subject, detail: detail, advice: advice))
        }

        mutating func note(_ detail: String, _ advice: String = "") { add(.note, detail, advice) }
        mutating func wrong(_ detail: String, _ advice: String) { add(.wrong, detail, advice) }
    }

    private func format(_ report: inout Report) throws(ContentStoreError) {
        let line = try FileSystem.readIfThere(store.formatPath)
        let needed = try store.neededFormat()
        let advice = "write the line \"\(max(needed, .second).words)\" into it"
        switch (line.flatMap(StoreFormat.init(line:)), line) {
        case (let format?, _) where format < needed:
            report.wrong(
                "the file format says \(format.rawValue), but the store is of format \(needed.rawValue)", advice)
        case (.first, _): report.note("format 1; it becomes 2 when a name next changes")
        case (let format?, _): report.summary = "format \(format.rawValue)"
        case (nil, let line?):
            let text = String(decoding: line, as: UTF8.self)
            report.wrong(
                "the file format says \"\(text.prefix(40).filter { $0 != "\n" })\", which this ds does not read",
                "use a newer ds; or, if the file is damaged, \(advice)")
        case (nil, nil): report.wrong("there is no file format", "if this is a store, \(advice)")
        }
    }

    private func folders(_ report: inout Report) throws(ContentStoreError) {
        let needed =
            ["objects", "tmp", "leases", "views"].map { store.root.appending($0) }
            + ReferenceKind.allCases.filter { !$0.isDerived }.map { store.references.folder($0) }
        for folder in needed {
            if !FileSystem.isFolder(folder) {
                report.wrong(
                    "\(folder) is not there", "make the folder; ds verify says whether anything is lost with it")
            } else if !FileSystem.mayWrite(folder) {
                report.wrong("\(folder) cannot be written", "give yourself the right to write in it")
            }
        }
        if try !FileSystem.isLocal(store.root) {
            report.note("on a file system that others may share, or that ds does not know: ds gc waits two minutes")
        }
    }

    private func space(_ report: inout Report) throws(ContentStoreError) {
        let free = try FileSystem.freeBytes(store.root)
        report.summary = "\(free / 1_000_000) MB free"
        guard free < Self.scarceBytes else { return }
        report.wrong("only \(free / 1_000_000) MB are free", "free some: ds gc removes what no name needs")
    }

    private func clock(_ report: inout Report) throws(ContentStoreError) {
        if FileSystem.mayWrite(store.leaseFolder) {
            let difference = try store.fileSystemTime() - LeaseRecord.now
            if abs(difference) > Self.clockTolerance {
                report.wrong(
                    "this machine's clock and the file system's differ by \(Int(difference)) s", "set the clock right")
            }
        }
        for kind in ReferenceKind.allCases {
            for reference in try store.references.readable(kind).references {
                guard let version = reference.versions.last,
                    Double(version.time) - LeaseRecord.now > Self.clockTolerance
                else { continue }
                report.note(
                    "\(kind.rawValue) \(reference.name) version \(version.number) is from the future: a clock went back",
                    "nothing is lost; ds gc --keep-days takes it for young")
            }
        }
    }

    private func leases(_ report: inout Report) throws(ContentStoreError) {
        guard FileSystem.isFolder(store.leaseFolder) else { return }
        let now = FileSystem.mayWrite(store.leaseFolder) ? try store.fileSystemTime() : LeaseRecord.now
        if let (holder, isAlive) = try WriterLease.holder(in: store.leaseFolder, now: now) {
            if isAlive {
                report.note("\(holder) writes now")
            } else {
                report.note("\(holder) died while it wrote", "nothing is lost; the next command takes over")
            }
        }
        let readers = try ReaderLease.readers(in: store.leaseFolder, now: now)
        let living = readers.filter(\.isAlive)
        if !living.isEmpty { report.note("\(living.count) read now") }
        for reader in living where reader.record == nil {
            report.wrong("\(reader.path) does not say what its reader needs", "remove it when nobody reads")
        }
        if living.count < readers.count {
            report.note(
                "\(readers.count - living.count) died while they read", "the next command that writes sweeps up")
        }
        if FileSystem.exists(store.collectorMark) {
            report.note(
                "objects are being collected, or were when ds gc died", "the next command that writes sweeps up")
        }
    }

    private func leftovers(_ report: inout Report) throws(ContentStoreError) {
        let staged = FileSystem.isFolder(store.temporaryFolder) ? try FileSystem.list(store.temporaryFolder).count : 0
        if staged > 0 { report.note("\(staged) staged in tmp", "if nobody writes now, the next command sweeps up") }
        let hidden = try Sweeper(store: store).leftovers(now: LeaseRecord.now)
        if !hidden.isEmpty {
            report.note("\(hidden.count) half-made files", "the next command that writes sweeps up")
        }
        if FileSystem.exists(store.references.intentPath) {
            report.note("names are on the move, or were when a writer died", "the next command finishes that")
        }
    }

    private func names(_ report: inout Report) throws(ContentStoreError) {
        var count = 0
        for kind in ReferenceKind.allCases {
            let (references, problems) = try store.references.readable(kind)
            count += references.count
            for problem in problems { report.wrong("\(problem)", "see: ds verify") }
            for reference in references where !store.objects.has(reference.current.manifest) {
                // It may have gone meanwhile, with what it stood for.
                guard try store.references.find(kind, reference.name)?.current == reference.current else { continue }
                report.wrong(
                    "\(kind.rawValue) \(reference.name) stands for a manifest that is not there", "see: ds verify")
            }
        }
        report.summary = "\(count) names"
    }

    private func objects(_ report: inout Report) throws(ContentStoreError) {
        let listing = try store.objects.list()
        report.summary = "\(listing.ids.count) objects, \(listing.inParts.count) of them in parts; ds verify reads them"
        for path in listing.strangers { report.wrong("\(path) is no object", "remove it") }
        var writable = 0
        var unreadable = 0
        for id in listing.ids {
            guard let mode = try FileSystem.mode(store.objects.currentPath(of: id)) else { continue }
            if mode & 0o222 != 0 { writable += 1 }
            if mode & 0o444 == 0 { unreadable += 1 }
        }
        if writable > 0 {
            report.wrong("\(writable) objects may be written over", "chmod a-w: find \(store.objects.root) -type f")
        }
        if unreadable > 0 {
            report.wrong("\(unreadable) objects may not be read", "chmod a+r: find \(store.objects.root) -type f")
        }
    }

    private func index(_ report: inout Report) throws(ContentStoreError) {
        guard FileSystem.exists(store.indexPath) else {
            return report.note("not there; it is a cache, made when it is needed")
        }
        if let problem = try StoreIndex.problem(of: store) {
            report.wrong("index.sqlite: \(problem)", "it is only a cache: ds reindex")
        } else if try !StoreIndex.isInStep(with: store) {
            report.summary = "behind the names; it catches up when it is next opened"
        }
    }
}
