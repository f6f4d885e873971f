import DatasetFormats
import Foundation
import Testing

/// A flipped byte, wherever it is, is found and named with what it hurts.
@Suite
struct DamageTests {
    @Test("One byte flipped in every object in turn")
    func everyObject() throws {
        let place = try Workplace()
        let ds = place.program
        try ds.run("add", "identity", "preference_demo", "text_demo")
        try ds.run("fork", "identity", "--set", "NAME=A", "--set", "AUTHOR=B", "--name", "mine")
        let intact = try ds.run("verify", "--json")
        #expect(intact.status == 0)
        let objects = try Workplace.files(in: place.objects)
        #expect(try intact.object()["objects"] == .int(objects.count))
        // Four datasets, each with a manifest and a shard.
        #expect(objects.count == 8)
        var hurt: Set<String> = []
        for (path, bytes) in objects {
            let copy = try Workplace(hasStore: false)
            try FileManager.default.copyItem(at: place.url(".ds"), to: copy.url(".ds"))
            try flip(copy.objects.appendingPathComponent(path), at: bytes.count / 2)
            let outcome = try copy.program.run("verify", "--json")
            #expect(outcome.status == 1)
            let problems = try outcome.object()["problems"]?.arrayValue ?? []
            #expect(problems.count == 1)
            let problem = problems.first?.objectValue ?? [:]
            #expect(problem["object"] == .string(path.replacing("/", with: "")))
            #expect(problem["defect"] == .string("damaged"))
            let harm = (problem["harm"]?.arrayValue ?? []).compactMap(\.objectValue)
            #expect(harm.count == 1)
            hurt.formUnion(harm.compactMap { $0["name"]?.stringValue })
            let part = harm.first?["part"]?.stringValue ?? ""
            #expect(part.hasPrefix("rows 0–") || part == "all of it")
            let text = try copy.program.run("verify")
            #expect(text.status == 1)
            #expect(text.output.contains("mend it: ds "))
        }
        #expect(hurt == ["identity", "preference_demo", "text_demo", "mine"])
    }

    @Test("A damaged shard stops whoever reads it, and adding the file again mends it")
    func mending() throws {
        let place = try Workplace()
        let ds = place.program
        try ds.run("add", "identity")
        let shard = try #require(
            Workplace.files(in: place.objects).max { $0.value.count < $1.value.count })
        try flip(place.objects.appendingPathComponent(shard.key), at: 1000)
        for command in [["preview", "identity"], ["export", "identity", "-"]] {
            let outcome = try ds.run(command)
            #expect(outcome.status == 4)
            #expect(outcome.errors.contains("damaged"))
            #expect(outcome.errors.contains("ds verify"))
        }
        #expect(try ds.run("fork", "identity", "--set", "NAME=A").status == 4)
        #expect(try ds.run("add", "identity").status == 0)
        #expect(try ds.run("verify").status == 0)
        #expect(try ds.run("list", "--json").json().arrayValue?.first?.objectValue?["versions"] == .int(1))
    }

    @Test("A missing object and a damaged name are named too")
    func missing() throws {
        let place = try Workplace()
        try place.program.run("add", "identity")
        let shard = try #require(
            Workplace.files(in: place.objects).max { $0.value.count < $1.value.count })
        try FileManager.default.removeItem(at: place.objects.appendingPathComponent(shard.key))
        let outcome = try place.program.run("verify")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("missing: \(shard.key.replacing("/", with: ""))"))
        try place.write("not a reference\n", to: ".ds/refs/datasets/broken")
        #expect(try place.program.run("verify").output.contains("refs/datasets/broken"))
        try place.program.run("add", "text_demo")
        let list = try place.program.run("list")
        #expect(list.status == 4)
        #expect(list.output.contains("text_demo") && list.errors.contains("refs/datasets/broken"))
        try FileManager.default.removeItem(at: place.objects)
        #expect(try place.program.run("verify").status == 1)
    }

    private func flip(_ url: URL, at offset: Int) throws {
        var bytes = try Data(contentsOf: url)
        bytes[offset] ^= 0x10
        // Objects are read-only; damage does not ask.
        try FileManager.default.removeItem(at: url)
        try bytes.write(to: url)
    }
}
