import DatasetFormats
import Hummingbird
import NIOCore

/// What the Train page asks for.
extension WebSite {
    func addRunRoutes(to router: Router<WebContext>, bodyLimit: Int) {
        router.get("/api/runs") { _, _ in
            let mine = await runs.all.map { JSONValue.object($0.json) }
            return Response(["runs": .array(mine), "recorded": try await runner.json("list", "--runs")])
        }
        router.post("/api/plan") { request, _ in
            let training = try TrainingRequest(try await request.jsonObject(limit: bodyLimit))
            let output = "runs/\(training.name)"
            return Response([
                "command": .string(Command(training.arguments(output: output)).text),
                "yaml": .string(training.yaml(output: output)),
            ])
        }
        router.post("/api/estimate") { request, _ in
            let training = try TrainingRequest(try await request.jsonObject(limit: bodyLimit))
            let arguments = training.arguments(output: "runs/\(training.name)") + ["--plan"]
            return Response(["task": .string(await tasks.start(arguments))])
        }
        router.post("/api/runs") { request, _ in
            let training = try TrainingRequest(try await request.jsonObject(limit: bodyLimit))
            return Response(try await runs.enqueue(training).json)
        }
        router.get("/api/runs/:name") { _, context in
            let run = try await runs.run(try context.storeName)
            var object = run.json
            object["log"] = .string(run.log)
            object["metrics"] = .array(run.metrics(from: 0).lines)
            return Response(object)
        }
        router.get("/api/runs/:name/log") { _, context in
            Response(try await runner.json("log", "runs/\(try context.storeName)"))
        }
        router.post("/api/runs/:name/stop") { _, context in
            try await runs.stop(try context.storeName)
            return Response(["stopping": .bool(true)])
        }
        router.post("/api/runs/:name/resume") { _, context in
            Response(try await runs.resume(try context.storeName).json)
        }
        router.get("/api/runs/:name/events") { _, context in
            let name = try context.storeName
            _ = try await runs.run(name)
            return ServerSentEvents.response { writer in try await follow(name, &writer) }
        }
    }

    /// Tells what is new of a run, until it ends or nobody listens.
    private func follow(_ name: String, _ writer: inout any ResponseBodyWriter) async throws {
        var offset: Int64 = 0
        var told: JSONObject?
        var quiet = 0
        while true {
            let run = try await runs.run(name)
            // Asked for before the metrics, so that none is missed after the end.
            let state = run.state
            let (lines, end) = run.metrics(from: offset)
            if end < offset { try await writer.write(ServerSentEvents.data(.object([:]), event: "restart")) }
            offset = end
            if !lines.isEmpty { try await writer.write(ServerSentEvents.data(.array(lines), event: "metrics")) }
            var now = run.json
            now["log"] = .string(run.log)
            if now != told {
                try await writer.write(ServerSentEvents.data(.object(now), event: "state"))
                told = now
                quiet = 0
            }
            quiet += 1
            // A client that has gone is only noticed by writing to it.
            if quiet % 20 == 0 { try await writer.write(ByteBuffer(string: ": still here\n\n")) }
            if state != .running, state != .queued {
                try await writer.write(ServerSentEvents.data(.object([:]), event: "end"))
                return
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
