import Testing

@testable import ContentStore

@Suite struct ManifestTests {
    private static let id = "a9993e364706816aba3e25717850c26c9cd0d89d"

    /// A dataset's manifest as the first version of ds wrote it. It must be readable for ever, and the same dataset
    /// must give the same bytes, for its name is their hash: this text may not change.
    private static let firstFormat =
        #"{"attributes":{"layout":"lines","skipped_rows":[3,5]},"columns":[{"name":"text","rows":2,"types":["null","#
        + #""string"]}],"format":1,"kind":"dataset","recipe":{"format":1,"inputs":[],"operation":"add","parameters":"#
        + #"{"file":"a/é \"x\".jsonl","ratio":0.5}},"rows":2,"shards":[{"first_row":0,"object":{"id":"#
        + #""a9993e364706816aba3e25717850c26c9cd0d89d","witness":{"bytes":3,"xxh3":"#
        + #""06b05ab6733a618578af5f94892f3950"}},"rows":2}],"source":{"bytes":3,"file":"a","sha1":"#
        + #""a9993e364706816aba3e25717850c26c9cd0d89d"}}"# + "\n"

    private static func firstFormatManifest() throws -> Manifest {
        let abc = try object(bytes("abc"))
        return .dataset(
            DatasetManifest(
                source: .init(file: "a", sha1: abc.id, bytes: 3),
                shards: [.init(object: abc, firstRow: 0, rows: 2)],
                columns: [.init(name: "text", types: ["null", "string"], rows: 2)],
                attributes: ["layout": .string("lines"), "skipped_rows": .array([.int(3), .int(5)])],
                recipe: Recipe(
                    operation: "add", parameters: ["file": .string("a/é \"x\".jsonl"), "ratio": .double(0.5)])))
    }

    private static func examples() throws -> [Manifest] {
        let abc = try object(bytes("abc"))
        let file = StoredFile(name: "model.safetensors", object: abc)
        let values: [String: RecordValue] = [
            "null": .null, "yes": .bool(true), "int": .int(-7), "big": .int(.max), "double": .double(1e-300),
            "text": .string("\u{1}\"\\/我😀\u{2028}"), "list": .array([.int(1), .array([]), .object([:])]),
            "object": .object(["a": .bool(false), "A": .null, "é": .int(0), "": .string("")]),
        ]
        let recipe = Recipe(operation: "train", inputs: [abc.id], parameters: values, format: 2)
        return [
            try firstFormatManifest(),
            .model(ModelManifest(files: [file], isFolder: true, attributes: values, recipe: recipe)),
            .run(RunManifest(files: [file, file], attributes: values, recipe: recipe)),
            .tokenization(
                TokenizationManifest(
                    shards: [.init(object: abc, source: abc.id, firstRow: 0, rows: 2, sequences: 1, tokens: 1)],
                    attributes: values, recipe: recipe)),
        ]
    }

    private func parse(_ text: String) throws -> Manifest {
        try Manifest(bytes: bytes(text), id: try #require(ObjectID(hex: Self.id)))
    }

    @Test func theFirstFormatStaysAsItIs() throws {
        let manifest = try Self.firstFormatManifest()
        #expect(String(decoding: try manifest.bytes(), as: UTF8.self) == Self.firstFormat)
        #expect(try parse(Self.firstFormat) == manifest)
    }

    @Test func aColumnOfSeveralTypesSaysWhereEachIsFirst() throws {
        let column = DatasetManifest.Column(
            name: "x", types: ["number", "string"], rows: 3, firstRows: ["number": 2, "string": 0])
        let text = #"{"first_rows":{"number":2,"string":0},"name":"x","rows":3,"types":["number","string"]}"# + "\n"
        #expect(String(decoding: try CanonicalJSON.bytes(column), as: UTF8.self) == text)
        #expect(column.changesType)
        #expect(!DatasetManifest.Column(name: "x", types: ["null", "string"], rows: 3).changesType)
    }

    @Test func aRecipeKeepsItsKey() throws {
        // Found again under this key by every version of ds: it may not change.
        let recipe = try Self.firstFormatManifest().recipe
        let text = #"{"format":1,"inputs":[],"operation":"add","parameters":{"file":"a/é \"x\".jsonl","ratio":0.5}}"#
        #expect(try recipe.id() == (try ObjectID.of(bytes(text + "\n"))))
    }

    @Test func everyKindSurvivesItsBytes() throws {
        for manifest in try Self.examples() {
            let written = try manifest.bytes()
            let read = try Manifest(bytes: written, id: try ObjectID.of(written))
            #expect(read == manifest)
            #expect(try read.bytes() == written)
        }
    }

    /// Of any kind: a member that must be there is named where it is not, and one that no kind has is passed over.
    @Test func everyMemberIsNamedWhereItIsMissing() throws {
        let id = try #require(ObjectID(hex: Self.id))
        for manifest in try Self.examples() {
            let object: [String: RecordValue] = try Self.members(of: manifest)
            #expect(object.count >= 5)
            for key in object.keys {
                var without = object
                without[key] = nil
                let missing = ContentStoreError.malformedManifest(id: id, problem: "\(key) is missing")
                #expect(throws: missing) { try Manifest(bytes: try CanonicalJSON.bytes(without), id: id) }
                without[key] = .null
                #expect(throws: missing) { try Manifest(bytes: try CanonicalJSON.bytes(without), id: id) }
            }
            let later = object.merging(["later": .array([.object([:])])]) { old, _ in old }
            #expect(try Manifest(bytes: try CanonicalJSON.bytes(later), id: id) == manifest)
        }
    }

    private static func members(of manifest: Manifest) throws -> [String: RecordValue] {
        let written = try manifest.bytes()
        var reader = RecordReader(written, of: try ObjectID.of(written))
        return try reader.readWhole()
    }

    @Test func keysAreInOneOrder() throws {
        // A dictionary has another order each time the program runs; the text may not.
        let manifest = try Self.examples()[1]
        let text = String(decoding: try manifest.bytes(), as: UTF8.self)
        let object = #""object":{"":"","A":null,"a":false,"é":0}"#
        #expect(text.contains(object), "\(text)")
    }

    /// What a shard of the dataset above is changed to, and what is said of it.
    @Test(arguments: [
        (#""rows":2,"shards""#, #""rows":3,"shards""#, "the shards do not add up to 3 rows, 3 bytes"),
        (#"{"bytes":3,"file""#, #"{"bytes":4,"file""#, "the shards do not add up to 2 rows, 4 bytes"),
        (#""first_row":0"#, #""first_row":1"#, "shard 0 does not follow the one before"),
        (#"}},"rows":2}]"#, #"}},"rows":0}]"#, "shard 0 does not follow the one before"),
        (#"}},"rows":2}]"#, #"}},"rows":-2}]"#, "shard 0 does not follow the one before"),
        (#""witness":{"bytes":3"#, #""witness":{"bytes":-3"#, "shard 0 does not follow the one before"),
        (#""format":1,"kind""#, #""format":2,"kind""#, "is of format 2, which this ds does not read"),
        (#""format":1,"kind""#, #""format":0,"kind""#, "is of format 0, which this ds does not read"),
        (#""columns""#, #""columnz""#, "columns is missing"),
    ])
    func whatCannotBeIsRefused(old: String, new: String, problem: String) throws {
        #expect(Self.firstFormat.contains(old))
        let id = try #require(ObjectID(hex: Self.id))
        #expect(throws: ContentStoreError.malformedManifest(id: id, problem: problem)) {
            try parse(Self.firstFormat.replacing(old, with: new))
        }
    }

    @Test func sizesThatOverflowAreRefused() throws {
        let abc = try object(bytes("abc"))
        let huge = StoredObject(id: abc.id, witness: Witness(bytes: .max, xxh3: abc.witness.xxh3))
        let recipe = Recipe(operation: "add")
        let id = try #require(ObjectID(hex: Self.id))
        let shards = [
            DatasetManifest.Shard(object: huge, firstRow: 0, rows: 1),
            DatasetManifest.Shard(object: huge, firstRow: 1, rows: 1),
        ]
        let dataset = DatasetManifest(
            source: .init(file: "a", sha1: abc.id, bytes: 0), shards: shards, columns: [], attributes: [:],
            recipe: recipe)
        #expect(throws: ContentStoreError.malformedManifest(id: id, problem: "shard 1 has an impossible size")) {
            try Manifest(bytes: try Manifest.dataset(dataset).bytes(), id: id)
        }
        let files = [StoredFile(name: "a", object: huge), StoredFile(name: "b", object: huge)]
        let model = Manifest.model(ModelManifest(files: files, isFolder: true, attributes: [:], recipe: recipe))
        let run = Manifest.run(RunManifest(files: files, attributes: [:], recipe: recipe))
        for manifest in [model, run] {
            #expect(throws: ContentStoreError.malformedManifest(id: id, problem: "file b has an impossible size")) {
                try Manifest(bytes: try manifest.bytes(), id: id)
            }
        }
    }

    @Test(arguments: [
        "", "\n", "null", "[]", "{}", "7", #"{"format":1}"#, #"{"format":1,"kind":"poem"}"#,
        #"{"format":"1","kind":"dataset"}"#, #"{"format":1.5,"kind":"dataset"}"#, #"{"format":1,"kind":"model"}"#,
        #"{"format":1e99,"kind":"run"}"#, "\u{0}\u{0}\u{0}",
    ])
    func whatIsNoManifestIsRefused(text: String) {
        #expect(throws: ContentStoreError.self) { try parse(text) }
    }

    @Test func nestingWithoutEndIsRefused() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: ContentStoreError.self) {
            try parse(#"{"format":1,"kind":"dataset","attributes":{"a":"# + deep)
        }
    }

    @Test func everyTruncationIsAnError() throws {
        for manifest in try Self.examples() {
            let written = try manifest.bytes()
            let id = try ObjectID.of(written)
            // Without the last line's end alone it is whole; the store refuses that by its hash.
            for count in 0..<written.count - 1 {
                #expect(throws: ContentStoreError.self) { try Manifest(bytes: Array(written.prefix(count)), id: id) }
            }
        }
    }

    @Test func everyFlippedBitIsSeenAndNoneIsACrash() throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        // All of the first, and one in five of the others: they are longer, and mean less.
        for (manifest, step) in zip(try Self.examples(), [1, 5, 5, 5]) {
            let id = try store.write { try $0.stage(manifest) }
            let written = try manifest.bytes()
            let path = store.objects.path(of: id)
            for bit in stride(from: 0, to: 8 * written.count, by: step) {
                var changed = written
                changed[bit / 8] ^= 1 << UInt8(bit % 8)
                // The parser alone may take a changed letter; what it takes it must be able to write and to name.
                if let read = try? Manifest(bytes: changed, id: id) {
                    #expect(try Manifest(bytes: try read.bytes(), id: id) == read)
                    for index in read.objects.indices { #expect(!read.part(index).isEmpty) }
                }
                // A few are enough through the store, which compares the hash before it parses.
                if bit % 35 == 0 {
                    try overwrite(path, with: changed)
                    #expect(throws: ContentStoreError.damagedObject(id: id, path: path)) { try store.manifest(id) }
                }
            }
            try overwrite(path, with: written)
            #expect(try store.manifest(id) == manifest)
        }
    }

    @Test func theShardOfARowIsFoundInAnyNumberOfShards() throws {
        var generator = SeededGenerator(9)
        let abc = try object(bytes("abc"))
        for count in [1, 2, 3, 10, 1000] {
            var shards: [DatasetManifest.Shard] = []
            var expected: [Int] = []
            for index in 0..<count {
                let rows = 1 + generator.below(4)
                shards.append(.init(object: abc, firstRow: expected.count, rows: rows))
                expected += [Int](repeating: index, count: rows)
            }
            let manifest = DatasetManifest(
                source: .init(file: "a", sha1: abc.id, bytes: 3 * count), shards: shards, columns: [],
                attributes: [:], recipe: Recipe(operation: "add"))
            #expect(manifest.rows == expected.count)
            #expect((0..<manifest.rows).map { manifest.shardIndex(ofRow: $0) } == expected)
        }
    }
}
