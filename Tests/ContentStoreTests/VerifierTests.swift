import Foundation
import SystemPackage
import Testing

@testable import ContentStore

@Suite struct VerifierTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }
    /// What each object is called below.
    private let ids: [String: ObjectID]

    /// Two datasets that share a shard, a fork, a model, a run, and an object that nothing needs.
    init() throws {
        temporary = try TemporaryStore()
        ids = try temporary.store.write { writer in
            var ids: [String: ObjectID] = [:]
            for (name, text) in ["shared": "{\"shared\":1}\n", "own": "{\"a\":1}\n", "forked": "{\"f\":1}\n"] {
                ids[name] = try writer.stage(bytes(text)).id
            }
            ids["unused"] = try writer.stage(bytes("nothing needs this")).id
            let first = try writer.stage(try dataset(["{\"a\":1}\n", "{\"shared\":1}\n"], in: writer))
            let second = try writer.stage(try dataset(["{\"shared\":1}\n", "{\"shared\":1}\n"], in: writer))
            let recipe = Recipe(
                operation: "fork", inputs: [first],
                parameters: ["set": .object(["NAME": .string("Fo'o Bar"), "AUTHOR": .string("me")])])
            let fork = try writer.stage(try dataset(["{\"f\":1}\n", "{\"shared\":1}\n"], in: writer, recipe: recipe))
            let weights = StoredFile(name: "weights.gguf", object: try writer.stage(bytes("weights")))
            let model = try writer.stage(
                .model(
                    ModelManifest(
                        files: [weights], isFolder: false, attributes: [:], recipe: Recipe(operation: "model add"))))
            let adapter = StoredFile(name: "adapter.safetensors", object: try writer.stage(bytes("adapter")))
            let run = try writer.stage(
                .run(RunManifest(files: [adapter], attributes: [:], recipe: Recipe(operation: "train"))))
            for (kind, name, id) in [
                (ReferenceKind.dataset, "first", first), (.dataset, "second", second), (.dataset, "fork", fork),
                (.model, "tiny", model), (.run, "run", run),
            ] {
                writer.set(kind, try ReferenceName(name), to: id)
                ids["\(name)'s manifest"] = id
            }
            ids["weights"] = weights.object.id
            ids["adapter"] = adapter.object.id
            return ids
        }
    }

    private func verify(only name: String? = nil, threads: Int = 2) throws -> Verification {
        var verifier = Verifier(store)
        let name = try name.map { try ReferenceName($0) }
        return try verifier.run(only: name, threadCount: threads) { _, _ in }
    }

    private func id(_ name: String) throws -> ObjectID { try #require(ids[name]) }

    private func harms(_ problem: Verification.Problem?) -> [String] {
        (problem?.harm ?? []).map { "\($0.kind) \($0.name) \($0.version), \($0.part): \($0.mend)" }
    }

    private static let mendFork = #"ds fork first --set AUTHOR=me --set 'NAME=Fo'\''o Bar' --name fork"#
    private static let mendRun = "ds restore runs/run --from ANOTHER/.ds, or train again as ds log runs/run shows"

    /// What damage to each object hurts.
    private static let harm: [String: [String]] = [
        "shared": [
            "dataset first 1, row 1: ds restore first --from rows.jsonl", "dataset fork 1, row 1: \(mendFork)",
            "dataset second 1, row 0: ds restore second --from rows.jsonl",
            "dataset second 1, row 1: ds restore second --from rows.jsonl",
        ],
        "own": ["dataset first 1, row 0: ds restore first --from rows.jsonl"],
        "forked": ["dataset fork 1, row 0: \(mendFork)"],
        "first's manifest": ["dataset first 1, all of it: ds restore first --from ANOTHER/.ds"],
        "second's manifest": ["dataset second 1, all of it: ds restore second --from ANOTHER/.ds"],
        "fork's manifest": ["dataset fork 1, all of it: ds restore fork --from ANOTHER/.ds"],
        "weights": ["model tiny 1, file weights.gguf: ds restore models/tiny --from weights.gguf"],
        "tiny's manifest": ["model tiny 1, all of it: ds restore models/tiny --from ANOTHER/.ds"],
        "adapter": ["run run 1, file adapter.safetensors: \(mendRun)"],
        "run's manifest": ["run run 1, all of it: \(mendRun)"],
        "unused": [],
    ]

    @Test(arguments: [1, 2, 7])
    func anIntactStoreSaysSo(threads: Int) throws {
        let result = try verify(threads: threads)
        #expect(result.isIntact, "\(result.problems)")
        #expect(result.objectCount == 11)
        #expect(result.referenceCount == 5)
        let sizes = try store.objects.list().ids.map { try FileSystem.size(store.objects.path(of: $0)) }
        #expect(result.byteCount == sizes.reduce(0, +))
    }

    @Test(arguments: harm.keys.sorted())
    func oneFlippedBitIsNamedWithAllItHurts(name: String) throws {
        let id = try id(name)
        let path = store.objects.path(of: id)
        let size = try FileSystem.size(path)
        for bit in [0, 4 * size, 8 * size - 1] {
            try flipBit(bit, of: path)
            let result = try verify()
            #expect(result.problems.map(\.object) == [id.hex])
            #expect(result.problems.first?.defect == .damaged)
            #expect(harms(result.problems.first) == Self.harm[name])
            #expect(try verify(threads: 1) == result)
            try flipBit(bit, of: path)
        }
        #expect(try verify().isIntact)
    }

    @Test(arguments: harm.keys.sorted().filter { $0 != "unused" })
    func whatIsMissingIsNamedWithAllItHurts(name: String) throws {
        let id = try id(name)
        try FileManager.default.removeItem(atPath: store.objects.path(of: id).string)
        let result = try verify()
        #expect(result.problems.map(\.object) == [id.hex])
        #expect(result.problems.first?.defect == .missing)
        #expect(harms(result.problems.first) == Self.harm[name])
        #expect(try verify(threads: 1) == result)
    }

    @Test func aWholeStoreOfDamageIsNamed() throws {
        for id in try store.objects.list().ids { try flipBit(3, of: store.objects.path(of: id)) }
        let result = try verify()
        #expect(Set(result.problems.map(\.object)) == Set(ids.values.map(\.hex)))
        #expect(try verify(threads: 1) == result)
    }

    @Test func aWitnessThatIsNotTheObjectsIsNamed() throws {
        let id = try id("own")
        let wrong = StoredObject(id: id, witness: Witness(bytes: 8, xxh3: String(repeating: "0", count: 32)))
        try store.write { writer in
            let manifest = DatasetManifest(
                source: .init(file: "x.json", sha1: id, bytes: 8), shards: [.init(object: wrong, firstRow: 0, rows: 1)],
                columns: [], attributes: [:], recipe: Recipe(operation: "add"))
            writer.set(.dataset, try ReferenceName("wrong"), to: try writer.stage(.dataset(manifest)))
        }
        let problem = try verify().problems.first
        #expect(problem?.defect == .mismatched)
        #expect(problem?.object == id.hex)
        #expect(harms(problem).contains("dataset wrong 1, row 0: ds restore wrong --from x.json"))
    }

    @Test(arguments: ["stranger", "ab/short", "AB/cdef0123456789abcdef0123456789abcdef01", "ab/cd/ef"])
    func aFileThatIsNoObjectIsNamed(name: String) throws {
        let path = try temporary.folder.write(bytes("x"), to: ".ds/objects/\(name)")
        let result = try verify()
        #expect(result.problems.map(\.defect) == [.stranger])
        #expect(result.problems.first.map { path.string.hasPrefix($0.object) } == true)
        #expect(try verify(only: "first").isIntact)
    }

    @Test(arguments: [nil, "first"])
    func aDamagedReferenceIsNamed(only: String?) throws {
        try temporary.folder.write(bytes("garbage\n"), to: ".ds/refs/datasets/first")
        let result = try verify(only: only)
        #expect(result.problems.map(\.defect) == [.malformed])
        #expect(
            result.problems.first?.object == store.references.path(.dataset, try ReferenceName("first")).string)
        #expect(harms(result.problems.first) == ["dataset first 0, all of it: ds add FILE --name first"])
    }

    @Test func aFileThatIsNoNameIsNamed() throws {
        let path = try temporary.folder.write(bytes("x"), to: ".ds/refs/datasets/first~")
        let result = try verify()
        #expect(result.problems.map(\.defect) == [.stranger])
        #expect(result.problems.map(\.object) == [path.string])
        #expect(result.referenceCount == 5)
        #expect(try verify(only: "first").isIntact)
    }

    @Test func aManifestOfALaterFormatIsNamed() throws {
        let id = try store.write { try $0.stage(bytes(#"{"format":2,"kind":"dataset"}"#)).id }
        try temporary.folder.write(bytes("\(id) 1\n"), to: ".ds/refs/datasets/later")
        let result = try verify()
        #expect(result.problems.map(\.object) == [id.hex])
        #expect(result.problems.first?.defect == .malformed)
        #expect(harms(result.problems.first) == ["dataset later 1, all of it: ds restore later --from ANOTHER/.ds"])
    }

    @Test func aNameOfAnotherKindsManifestIsNamed() throws {
        let id = try id("tiny's manifest")
        try temporary.folder.write(bytes("\(id) 1\n"), to: ".ds/refs/datasets/model")
        let problem = try #require(try verify().problems.first)
        #expect(problem.defect == .malformed)
        #expect(problem.object == id.hex)
    }

    @Test func theRecordedVersionOfAParentIsNamed() throws {
        try store.addDataset("first", ["{\"newer\":1}\n"])
        try flipBit(0, of: store.objects.path(of: try id("forked")))
        #expect(
            harms(try verify().problems.first) == [
                "dataset fork 1, row 0: \(Self.mendFork.replacing("fork first", with: "fork first@1"))"
            ])
        // An older version is not made again by a command that moves the name.
        try store.addDataset("fork", ["{\"newer\":1}\n"])
        #expect(
            harms(try verify().problems.first) == ["dataset fork 1, row 0: ds restore fork@1 --from ANOTHER/.ds"])
    }

    @Test func oneVersionIsVerifiedAlone() throws {
        try store.addDataset("first", ["{\"newer\":1}\n"])
        try flipBit(0, of: store.objects.path(of: try id("own")))
        func verify(_ selector: VersionSelector) throws -> Verification {
            var verifier = Verifier(store)
            return try verifier.run(only: try ReferenceName("first"), version: selector, threadCount: 1) { _, _ in }
        }
        #expect(try verify(.number(2)).isIntact)
        #expect(try verify(.current).isIntact)
        #expect(try verify(.number(1)).problems.map(\.object) == [try id("own").hex])
        #expect(throws: ContentStoreError.self) { try verify(.number(3)) }
    }

    @Test(arguments: harm.keys.sorted())
    func aQuickLookSeesEveryFlippedBitOfWhatNamesNeed(name: String) throws {
        let id = try id(name)
        let path = store.objects.path(of: id)
        for bit in [0, 4 * (try FileSystem.size(path))] {
            try flipBit(bit, of: path)
            var verifier = Verifier(store, thoroughness: .quick)
            let result = try verifier.run(threadCount: 2) { _, _ in }
            #expect(result.thoroughness == .quick)
            // Of a manifest that is lost nobody knows what it needs.
            #expect(
                result.uncheckedCount == (name == "unused" || !name.hasSuffix("manifest") ? 1 : 2)
                    || name == "second's manifest")
            #expect(result.problems.map(\.object) == (name == "unused" ? [] : [id.hex]))
            try flipBit(bit, of: path)
        }
    }

    @Test func aFormatThatDoesNotFitItsNamesIsNamed() throws {
        try overwrite(store.root.appending("format"), with: bytes("ds store 1\n"))
        #expect(try verify().problems.map(\.object) == [store.root.appending("format").string])
    }

    @Test func oneNameIsVerifiedAlone() throws {
        try flipBit(0, of: store.objects.path(of: try id("own")))
        try flipBit(0, of: store.objects.path(of: try id("unused")))
        let second = try verify(only: "second")
        #expect(second.isIntact)
        #expect(second.objectCount == 2)
        #expect(second.referenceCount == 1)
        #expect(try verify(only: "first").problems.map(\.object) == [try id("own").hex])
        #expect(throws: ContentStoreError.unknownName(kind: .dataset, name: "frst", nearest: "first")) {
            try verify(only: "frst")
        }
    }

    @Test func theParentOfAForkIsNamedAlsoWhenItIsVerifiedAlone() throws {
        try flipBit(0, of: store.objects.path(of: try id("forked")))
        #expect(harms(try verify(only: "fork").problems.first) == Self.harm["forked"])
    }

    @Test func progressReachesTheEnd() throws {
        let seen = Failures()
        var verifier = Verifier(store)
        let result = try verifier.run(threadCount: 1) { done, total in
            seen.catching { throw Progress(done: done, total: total) }
        }
        #expect(seen.all.last == "\(Progress(done: result.byteCount, total: result.byteCount))")
    }

    private struct Progress: Error {
        let done: Int
        let total: Int
    }
}
