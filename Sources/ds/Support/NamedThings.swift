import ArgumentParser
import ContentStore

/// What the names of a kind stand for. Damage to one keeps no other from being listed, and one that moved on or went
/// while it was read is no damage.
struct NamedThings<Value> {
    private(set) var found: [(Reference, Value)] = []
    private var problems: [ContentStoreError]

    /// - Parameter read: reads what a manifest says.
    init(
        _ kind: ReferenceKind, in store: Store,
        reading read: (Reference, ObjectID) throws(ContentStoreError) -> Value
    ) throws(ContentStoreError) {
        let (references, unreadable) = try store.references.readable(kind)
        problems = unreadable
        for reference in references {
            do throws(ContentStoreError) {
                found.append((reference, try read(reference, reference.current.manifest)))
            } catch {
                guard error.isLostObject else {
                    problems.append(error)
                    continue
                }
                readAgain(kind, reference.name, in: store, read)
            }
        }
    }

    private mutating func readAgain(
        _ kind: ReferenceKind, _ name: ReferenceName, in store: Store,
        _ read: (Reference, ObjectID) throws(ContentStoreError) -> Value
    ) {
        do throws(ContentStoreError) {
            let (reference, version) = try store.version(kind, name)
            found.append((reference, try read(reference, version.manifest)))
        } catch {
            // A name that went is none to list.
            if case .unknownName = error { return }
            problems.append(error)
        }
    }

    var isEmpty: Bool { found.isEmpty && problems.isEmpty }

    /// Names what could not be read.
    ///
    /// - Throws: the exit code where there is any.
    func reportProblems() throws {
        for problem in problems { Terminal.note("ds: \(problem)") }
        if !problems.isEmpty { throw ExitCode(ExitStatus.machineFailed.rawValue) }
    }
}
