import ContentStore
import DatasetFormats
import Testing

@testable import DatasetRegistry

@Suite struct DatasetForkerTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    // MARK: Values

    @Test(arguments: [
        "FOFABot", "a \"quoted\" name", "back\\slash", "two\nlines\r\n\t", "😀 👩‍👩‍👧", "line\u{2028}separator\u{2029}",
        "\u{0}\u{1}\u{1F}\u{7F}", "NAME", "{\"json\": [1]}", "", "我们的", "</script>", "e\u{301}", "$&\\1%s",
    ])
    func anyValueGivesValidJSON(value: String) throws {
        let text = #"""
            [{"NAME": "NAME and \u4e2d\ud83d\ude00 \"x\" \/", "n": 1e-05, "deep": {"NAME": [["I am NAME", "{{name}}", null]]}},
            {"other": "\u4e2d USERNAME"}]
            """#
        try temporary.add(bytes(text))
        let forked = try temporary.fork(["NAME": value])
        #expect(forked.replaced == ["NAME": 3])
        #expect(forked.changedRows == 1)
        #expect(forked.isNew)
        let dataset = try temporary.open("fork")
        let row = try dataset.row(at: 0)
        // Compared as scalars, for equal texts may be written in different ones.
        func scalars(_ value: JSONValue?) -> [Unicode.Scalar] { Array((value?.stringValue ?? "none").unicodeScalars) }
        #expect(row.keys == ["NAME", "n", "deep"])
        #expect(scalars(row["NAME"]) == Array("\(value) and 中😀 \"x\" /".unicodeScalars))
        let deep = try #require(row["deep"]?.objectValue?["NAME"]?.arrayValue?.first?.arrayValue)
        #expect(scalars(deep[0]) == Array("I am \(value)".unicodeScalars))
        #expect(scalars(deep[1]) == Array(value.unicodeScalars))
        #expect(deep[2] == .null)
        guard case .number(let number) = row["n"] else {
            Issue.record("n is \(String(describing: row["n"]))")
            return
        }
        #expect(number.text == "1e-05")
        // What holds no placeholder stays as it was written.
        #expect(try dataset.rawRow(at: 1) == bytes(#"{"other": "\u4e2d USERNAME"}"#))
    }

    @Test func randomRowsKeepAllButTheirPlaceholders() throws {
        var generator = SeededGenerator(61)
        for turn in 0..<40 {
            let value = generator.text(5)
            var rows: [JSONObject] = []
            var expected: [JSONObject] = []
            for _ in 0...generator.below(10) {
                let before = generator.text(generator.below(10)) + " "
                let after = " " + generator.text(generator.below(10))
                let key = "NAME \(generator.text(2))"
                rows.append([key: .string(before + "NAME" + after), "list": .array([.string("{{name}}"), .int(1)])])
                expected.append([key: .string(before + value + after), "list": .array([.string(value), .int(1)])])
            }
            let style: JSONWriter.Style = [.compact, .pretty][turn % 2]
            try temporary.add(JSONWriter.bytes(.array(rows.map { .object($0) }), style: style))
            try temporary.fork(["NAME": value], as: "fork_\(turn)")
            let dataset = try temporary.open("fork_\(turn)")
            #expect(try (0..<dataset.rowCount).map { try dataset.row(at: $0) } == expected)
            #expect(try ObjectID.of(try temporary.export("fork_\(turn)")) == dataset.manifest.source.sha1)
        }
    }

    @Test func aValueEqualToItsPlaceholderSharesEverything() throws {
        let parent = try temporary.add(bytes("[{\"a\": \"NAME\\u0021\"}]"))
        let forked = try temporary.fork(["NAME": "NAME"])
        #expect(forked.manifest.shards == parent.manifest.shards)
        #expect(forked.replaced == ["NAME": 1])
        #expect(forked.changedRows == 0)
    }

    // MARK: Shards

    @Test func shardsWithoutPlaceholderAreShared() throws {
        let parent = try temporary.add(largeFile(3))
        #expect(parent.manifest.shards.count > 1)
        let forked = try temporary.fork(["NAME": "Fo"])
        #expect(forked.manifest.shards.dropFirst() == parent.manifest.shards.dropFirst())
        #expect(forked.manifest.shards[0].object != parent.manifest.shards[0].object)
        let expected = String(decoding: largeFile(3), as: UTF8.self).replacing("NAME", with: "Fo")
        #expect(try temporary.export("fork") == bytes(expected))
    }

    @Test func theRecipeSaysHowItWasMade() throws {
        let parent = try temporary.add(bytes("{\"a\":\"NAME AUTHOR\"}\n{\"a\":\"{{x}}\"}"))
        let forked = try temporary.fork(["NAME": "Fo"])
        #expect(
            forked.manifest.recipe
                == Recipe(
                    operation: "fork", inputs: [parent.manifestID],
                    parameters: ["set": .object(["NAME": .string("Fo")])]))
        #expect(forked.remaining == ["AUTHOR": 1, "{{x}}": 1])
        #expect(forked.manifest.columns == parent.manifest.columns)
        let attributes = try temporary.open("fork").attributes
        #expect(attributes == parent.attributes)
    }

    // MARK: Settings that replace nothing

    @Test(arguments: [
        (["NAM": "x"], "NAM", "NAME"), (["NAMES": "x"], "NAMES", "NAME"), (["ATHOR": "x"], "ATHOR", "AUTHOR"),
        (["COMPANY": "x"], "COMPANY", "AUTHOR"), (["NAME": "x", "CITY": "y"], "CITY", "AUTHOR"),
    ])
    func aSettingThatReplacesNothingNamesTheNearest(values: [String: String], wrong: String, nearest: String) throws {
        try temporary.add(bytes("{\"a\":\"NAME, AUTHOR, HTML\"}"))
        let before = try temporary.contents()
        #expect(
            throws: DatasetRegistryError.nothingReplaced(placeholder: wrong, dataset: "rows", nearest: nearest)
        ) { try temporary.fork(values) }
        #expect(try temporary.contents() == before)
    }

    @Test func whereNothingIsNearNothingIsNamed() throws {
        try temporary.add(bytes("{\"a\":\"plain text\"}"))
        #expect(throws: DatasetRegistryError.nothingReplaced(placeholder: "NAME", dataset: "rows", nearest: nil)) {
            try temporary.fork(["NAME": "x"])
        }
    }

    // MARK: Names

    @Test func aNameThatIsSomethingElseIsTaken() throws {
        try temporary.add(bytes("{\"a\":\"NAME\"}"))
        try temporary.add(bytes("{\"a\":\"NAME too\"}"), as: "other")
        try temporary.fork(["NAME": "x"], of: "other", as: "other_x")
        for (name, by) in [
            ("rows", "a dataset that was added"), ("other", "a dataset that was added"),
            ("other_x", "a fork of another dataset"),
        ] {
            #expect(throws: DatasetRegistryError.nameTaken(name: name, by: by)) {
                try temporary.fork(["NAME": "y"], as: name)
            }
        }
        #expect(try store.references.get(.dataset, try ReferenceName("other")).versions.count == 1)
    }

    @Test func anotherForkOfTheSameDatasetIsAVersion() throws {
        try temporary.add(bytes("{\"a\":\"NAME\"}"))
        try temporary.fork(["NAME": "x"])
        try temporary.fork(["NAME": "y"])
        // Also of a newer version of its parent.
        try temporary.add(bytes("{\"a\":\"NAME!\"}"))
        try temporary.fork(["NAME": "y"])
        #expect(try store.references.get(.dataset, try ReferenceName("fork")).versions.count == 3)
        #expect(try temporary.export("fork") == bytes("{\"a\":\"y!\"}"))
    }

    @Test(arguments: [
        ("identity", [("NAME", "FOFABot"), ("AUTHOR", "HuaShunXinAn")], "identity_fofabot"),
        ("identity", [("AUTHOR", "Hua Shun/Xin-An")], "identity_hua_shun_xin_an"), ("a", [], "a"),
        ("identity", [("NAME", "!!!")], "identity_name"), ("identity", [("NAME", "")], "identity_name"),
        ("identity", [("NAME", "小助手 Pro")], "identity_小助手_pro"),
        ("identity", [("NAME", "../../x")], "identity_x"),
        ("a", [("NAME", String(repeating: "b", count: 100))], "a_" + String(repeating: "b", count: 40)),
        ("ab", [("NAME", String(repeating: "名", count: 100))], "ab_" + String(repeating: "名", count: 39)),
    ])
    func aForkHasADefaultName(parent: String, values: [(String, String)], name: String) throws {
        let found = try DatasetForker.defaultName(
            parent: try ReferenceName(parent), values: values.map { (name: $0.0, value: $0.1) })
        #expect(found.text == name)
    }

    // MARK: A second time

    @Test func theSameForkAgainIsALookUp() throws {
        try temporary.add(bytes("{\"a\":\"NAME\"}"))
        let first = try temporary.fork(["NAME": "x"])
        let before = try temporary.contents()
        let second = try temporary.fork(["NAME": "x"])
        #expect(!second.isNew)
        #expect(second.manifestID == first.manifestID)
        #expect((second.replaced, second.changedRows) == (first.replaced, first.changedRows))
        #expect(try temporary.contents() == before)
        #expect(try !temporary.fork(["NAME": "x"], as: "another").isNew)
        #expect(try temporary.export("another") == bytes("{\"a\":\"x\"}"))
        // Without the index it is found as well.
        try StoreIndexFile.remove(from: store)
        #expect(try !temporary.fork(["NAME": "x"]).isNew)
    }

    @Test func aDamagedForkIsMadeAgain() throws {
        try temporary.add(bytes("{\"a\":\"NAME\"}"))
        let first = try temporary.fork(["NAME": "x"])
        for id in [first.manifest.shards[0].object.id, first.manifestID] {
            try temporary.damage(id)
            #expect(throws: ContentStoreError.self) { try temporary.export("fork") }
            let again = try temporary.fork(["NAME": "x"])
            #expect(again.isNew)
            #expect(again.manifestID == first.manifestID)
            #expect(try temporary.export("fork") == bytes("{\"a\":\"x\"}"))
        }
        #expect(try store.references.get(.dataset, try ReferenceName("fork")).versions.count == 1)
    }

    @Test(arguments: ["fork", "unrelated"])
    func aDamagedNameStopsNoFork(name: String) throws {
        try temporary.add(bytes("{\"a\":\"NAME\"}"))
        try temporary.write(bytes("garbage"), to: ".ds/refs/datasets/\(name)")
        try temporary.fork(["NAME": "x"])
        #expect(try temporary.export("fork") == bytes("{\"a\":\"x\"}"))
    }

    @Test func aDamagedParentIsNamed() throws {
        let parent = try temporary.add(bytes("{\"a\":\"NAME\"}"))
        let shard = parent.manifest.shards[0].object.id
        try temporary.damage(shard)
        #expect(throws: ContentStoreError.damagedObject(id: shard, path: store.objects.path(of: shard))) {
            try temporary.fork(["NAME": "x"])
        }
        #expect(try store.references.names(.dataset).map(\.text) == ["rows"])
    }
}
