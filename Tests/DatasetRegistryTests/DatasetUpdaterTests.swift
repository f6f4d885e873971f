import ContentStore
import Testing

@testable import DatasetRegistry

@Suite struct DatasetUpdaterTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        try temporary.add(bytes("{\"a\":\"I am NAME\"}\n"))
        try temporary.fork(["NAME": "Bot"])
    }

    private func update(_ name: String = "fork", from parent: String? = nil) throws -> DatasetUpdater.Outcome {
        try DatasetUpdater(store).update(
            try ReferenceName(name), from: try parent.map { try ReferenceName($0) })
    }

    private func updatedParent(_ outcome: DatasetUpdater.Outcome) throws -> String? {
        guard case .updated(let forked, let parent) = outcome else { return nil }
        #expect(forked.isNew)
        return parent
    }

    @Test func aNewerParentGivesANewVersion() throws {
        guard case .isCurrent("rows@1") = try update() else {
            Issue.record("there was nothing to do")
            return
        }
        try temporary.add(bytes("{\"a\":\"I am NAME\"}\n{\"a\":\"NAME again\"}\n"))
        #expect(try updatedParent(try update()) == "rows@2")
        #expect(try temporary.export("fork") == bytes("{\"a\":\"I am Bot\"}\n{\"a\":\"Bot again\"}\n"))
        #expect(try store.references.get(.dataset, try ReferenceName("fork")).versions.count == 2)
        guard case .isCurrent("rows@2") = try update() else {
            Issue.record("there was nothing to do any more")
            return
        }
    }

    @Test func theParentIsFoundUnderItsNewNameAndAfterItsOldVersionWent() throws {
        try temporary.add(bytes("{\"a\":\"NAME 2\"}\n"))
        try store.write { try $0.rename(.dataset, try ReferenceName("rows"), to: try ReferenceName("other")) }
        _ = try Collector(store, policy: RetentionPolicy(versions: 1)).run()
        #expect(try updatedParent(try update()) == "other@2")
    }

    @Test func whatIsNoForkIsTold() throws {
        #expect(throws: DatasetRegistryError.notAFork(name: "rows", operation: "add")) { try update("rows") }
    }

    @Test func aParentThatIsGoneCanBeNamed() throws {
        try store.write { $0.remove(.dataset, try ReferenceName("rows")) }
        #expect(throws: DatasetRegistryError.parentGone(name: "fork")) { try update() }
        try temporary.add(bytes("{\"a\":\"NAME 3\"}\n"), as: "third")
        #expect(try updatedParent(try update(from: "third")) == "third@1")
        #expect(try temporary.export("fork") == bytes("{\"a\":\"Bot 3\"}\n"))
    }

    @Test func severalParentsAreNamed() throws {
        try temporary.add(bytes("{\"a\":\"I am NAME\"}\n"), as: "twin")
        try temporary.add(bytes("{\"a\":\"NAME 2\"}\n"))
        #expect(throws: DatasetRegistryError.severalParents(name: "fork", parents: ["rows", "twin"])) { try update() }
        #expect(try updatedParent(try update(from: "rows")) == "rows@2")
    }
}
