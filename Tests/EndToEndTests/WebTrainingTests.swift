import DatasetFormats
import Foundation
import Testing
import WebClient

/// A training that a page started is a process of its own: it survives the server, waits its turn, stops and goes on.
@Suite struct WebTrainingTests {
    private func place() async throws -> WebPlace {
        let web = try await WebPlace("web", "--no-open")
        try web.place.program.run("add", "identity")
        try web.place.program.run("fork", "identity", "--set", "NAME=FOFABot", "--set", "AUTHOR=HuaShunXinAn")
        return web
    }

    private func start(_ web: WebPlace, _ name: String, steps: Int, more: String = "") async throws -> WebAnswer {
        try await web.client.post(
            "/api/runs",
            #"{"name": "\#(name)", "model": "tiny", "datasets": ["identity_fofabot"], "settings": {"max_steps": \#(steps), "learning_rate": 2e-3\#(more)}}"#
        )
    }

    private func state(_ web: WebPlace, _ name: String) async throws -> String {
        try await web.client.get("/api/runs/\(name)").object()["state"]?.stringValue ?? "?"
    }

    private func wait(_ web: WebPlace, _ name: String, for wanted: Set<String>) async throws -> String {
        let end = ContinuousClock.now + .seconds(600)
        var found = ""
        while ContinuousClock.now < end {
            found = try await state(web, name)
            if wanted.contains(found) { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        return found
    }

    private func steps(_ web: WebPlace, _ name: String) async throws -> Int {
        try await web.client.get("/api/runs/\(name)").object()["metrics"]?.arrayValue?.count ?? 0
    }

    @Test func itSurvivesTheServerAndTheNextOneWaits() async throws {
        let web = try await place()
        #expect(try await start(web, "first", steps: 400).status == 200)
        #expect(try await start(web, "second", steps: 2).status == 200)
        #expect(try await start(web, "first", steps: 2).status == 400)
        #expect(try await wait(web, "first", for: ["running"]) == "running")
        while try await steps(web, "first") < 2 { try await Task.sleep(for: .milliseconds(50)) }
        #expect(try await state(web, "second") == "queued")

        web.stop(SIGKILL)
        let metrics = web.place.url(".ds/web/runs/first/metrics.jsonl")
        let before = try Data(contentsOf: metrics).count
        let end = ContinuousClock.now + .seconds(60)
        while try Data(contentsOf: metrics).count == before, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try Data(contentsOf: metrics).count > before)

        try await web.start()
        #expect(["running", "done"].contains(try await state(web, "first")))
        #expect(try await wait(web, "first", for: ["done"]) == "done")
        #expect(try await steps(web, "first") == 400)
        #expect(try await wait(web, "second", for: ["done"]) == "done")
        let models = try await web.client.get("/v1/models").text
        #expect(models.contains("\"first\"") && models.contains("\"second\""))
        let tar = try await web.client.get("/api/runs/first/adapter")
        #expect(tar.status == 200 && tar.body.count % 512 == 0 && tar.text.contains("first/adapter_config.json"))
        #expect(try web.place.program.run("verify").status == 0)
        #expect(try web.place.program.run("log", "runs/first").output.contains("identity_fofabot"))
    }

    @Test func itStopsWithACheckpointAndGoesOnFromIt() async throws {
        let web = try await place()
        _ = try await start(web, "a", steps: 400)
        while try await steps(web, "a") < 3 { try await Task.sleep(for: .milliseconds(30)) }
        #expect(try await web.client.post("/api/runs/a/stop", "{}").status == 200)
        #expect(try await wait(web, "a", for: ["stopped", "done", "failed"]) == "stopped")
        let kept = try await steps(web, "a")
        #expect(kept < 400)
        #expect(try await web.client.post("/api/runs/a/resume", "{}").status == 200)
        let events = try await web.client.get("/api/runs/a/events")
        #expect(events.text.contains("event: end"))
        #expect(try await wait(web, "a", for: ["done", "failed"]) == "done")
        #expect(try await steps(web, "a") == 400)

        // The bytes are those of a training that never stopped.
        let arguments = TinyTraining.replacing("--num-train-epochs", with: "5", in: TinyTraining.arguments(out: "b"))
        #expect(try web.place.program.run(arguments + ["--max-steps", "400"]).status == 0)
        let file = "adapter_model.safetensors"
        #expect(
            try Data(contentsOf: web.place.url(".ds/web/runs/a/\(file)"))
                == Data(contentsOf: web.place.url("b/\(file)")))
    }

    @Test func aRunThatTrainedTheModelItselfIsAModel() async throws {
        let web = try await place()
        _ = try await start(web, "whole", steps: 3, more: #", "finetuning_type": "full""#)
        #expect(try await wait(web, "whole", for: ["done", "failed"]) == "done")
        let models = try await web.client.get("/v1/models").object()["data"]?.arrayValue ?? []
        let whole = try #require(models.compactMap(\.objectValue).first { $0["id"] == .string("whole") })
        #expect(whole["parent"] == .null)
        let answer = try await web.client.post(
            "/v1/chat/completions",
            #"{"model": "whole", "max_tokens": 3, "messages": [{"role": "user", "content": "hi"}]}"#)
        #expect(answer.status == 200, "\(answer.text)")
        // It has no adapter to take out, and nothing to merge.
        #expect(try await web.client.get("/api/runs/whole/adapter").status == 400)
        let refused = try await web.client.post("/api/exports", #"{"run": "whole", "as": "peft"}"#)
        #expect(refused.status == 400 && refused.text.contains("no adapter"))
        let started = try await web.client.post("/api/exports", #"{"run": "whole", "as": "folder"}"#).object()
        let download = try #require(started["download"]?.stringValue)
        let end = ContinuousClock.now + .seconds(60)
        while try await web.client.get(download).status != 200, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(100))
        }
        let tar = try await web.client.get(download)
        #expect(tar.status == 200 && tar.body.count % 512 == 0)
        #expect(tar.text.contains("whole-model/config.json") && tar.text.contains("whole-model/model.safetensors"))
    }

    @Test func dataSetsAreMixedByWeight() async throws {
        let web = try await place()
        let settings = #""max_steps": 2, "mix_strategy": "interleave_over", "interleave_probs": "1,3""#
        let body =
            #"{"name": "mixed", "model": "tiny", "datasets": ["identity", "identity_fofabot"], "settings": {\#(settings)}}"#
        let plan = try await web.client.post("/api/plan", body).object()
        #expect(plan["command"]?.stringValue?.contains("--interleave-probs=1,3") == true)
        #expect(try await web.client.post("/api/runs", body).status == 200)
        #expect(try await wait(web, "mixed", for: ["done", "failed"]) == "done")
        // 124 rows of each: all of the first beside three times as many of the second.
        #expect(try await web.client.get("/api/runs/mixed").text.contains("496 rows an epoch"))
    }

    @Test func whatIsWrongIsSaidWithTheCommand() async throws {
        let web = try await place()
        _ = try await start(web, "wrong", steps: 3, more: #", "lora_target": "no_such_layer""#)
        #expect(try await wait(web, "wrong", for: ["failed", "done"]) == "failed")
        #expect(
            try await web.client.get("/api/runs/wrong").object()["log"]?.stringValue?.contains("no_such_layer") == true)
        let missing = try await web.client.get("/api/datasets/missing")
        let error = try #require(try missing.object()["error"]?.objectValue)
        #expect(missing.status == 422 && error["code"]?.stringValue?.hasPrefix("ds show missing") == true)
        #expect(error["message"]?.stringValue?.contains("missing") == true)
        #expect(try await web.client.get("/api/runs/nothing").status == 404)
    }
}
