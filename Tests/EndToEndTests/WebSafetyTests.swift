import DatasetFormats
import Foundation
import Testing
import WebClient

/// What a hostile page, client or file tries against `ds web`, one by one.
@Suite struct WebSafetyTests {
    @Test func beyondThisMachineATokenIsDemanded() async throws {
        let web = try await WebPlace("web", "--no-open", "--host", "0.0.0.0")
        let token = try #require(web.link.split(separator: "=").last.map(String.init))
        #expect(token.count >= 48 && web.link.contains("?token="))
        #expect(try await web.client.get("/api/datasets").status == 401)
        #expect(try await web.client.get("/v1/models").status == 401)
        #expect(try await web.client.get("/").status == 401)
        #expect(try await web.client.get("/?token=wrong").status == 401)
        #expect(try await web.client.get("/v1/models", headers: ["Authorization": "Bearer wrong"]).status == 401)
        #expect(try await web.client.get("/v1/models", headers: ["Authorization": "Bearer \(token)"]).status == 200)
        let entry = try await web.client.get("/?token=\(token)")
        let cookie = try #require(entry.headers["set-cookie"])
        #expect(entry.status == 303 && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
        let kept = String(cookie.prefix { $0 != ";" })
        #expect(try await web.client.get("/api/datasets", headers: ["Cookie": kept]).status == 200)
        #expect(try await web.client.get("/api/datasets", headers: ["Cookie": kept + "x"]).status == 401)
        // A foreign name is not ours, whatever it resolves to and whoever knows the token.
        let foreign = ["Host": "evil.example", "Authorization": "Bearer \(token)"]
        #expect(try await web.client.get("/v1/models", headers: foreign).status == 421)
    }

    @Test func aTokenOnLoopbackIsDemandedWhereItIsGiven() async throws {
        let web = try await WebPlace("serve", "--model", "tiny", "--token", "correct-horse")
        #expect(try await web.client.get("/health").status == 401)
        #expect(try await web.client.get("/health", headers: ["Authorization": "Bearer correct-horse"]).status == 200)
    }

    /// DNS rebinding: a foreign name that resolves to this machine.
    @Test(
        arguments: [
            ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("", 421), ("127.0.0.1@evil.example", 421),
            ("localhost", 200), ("LOCALHOST:99", 200), ("[::1]:99", 200), ("192.168.1.1", 421),
        ])
    func onlyOurNamesAreAnswered(host: String, status: Int) async throws {
        let web = try await WebPlace("web", "--no-open")
        let answer = try await web.client.get("/api/datasets", headers: ["Host": host])
        #expect(answer.status == status)
    }

    @Test func pagesOfOtherOriginsGetNothing() async throws {
        let web = try await WebPlace("web", "--no-open")
        let body = WebPlace.json("identity")
        for origin in ["http://evil.example", "null", "http://127.0.0.1:1", "file://"] {
            #expect(try await web.client.post("/api/datasets", body, headers: ["Origin": origin]).status == 403)
            #expect(try await web.client.get("/api/datasets", headers: ["Origin": origin]).status == 403)
        }
        for site in ["cross-site", "same-site"] {
            #expect(try await web.client.get("/api/datasets", headers: ["Sec-Fetch-Site": site]).status == 403)
        }
        // What a form can send without asking first is not taken either.
        for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
            #expect(try await web.client.post("/api/datasets", body, headers: ["Content-Type": type]).status == 415)
        }
        #expect(try await web.client.get("/api/datasets").object()["datasets"] == .array([]))
        let own = ["Origin": "http://127.0.0.1:\(web.client.port)", "Sec-Fetch-Site": "same-origin"]
        #expect(try await web.client.post("/api/datasets", body, headers: own).status == 200)
    }

    @Test func thePolicyLetsNothingForeignRun() async throws {
        let web = try await WebPlace("web", "--no-open")
        for path in ["/", "/pages/app.js", "/api/datasets", "/nothing", "/v1/models"] {
            let answer = try await web.client.get(path)
            let policy = try #require(answer.headers["content-security-policy"])
            #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"))
            #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
            #expect(answer.headers["x-content-type-options"] == "nosniff")
            #expect(answer.headers["access-control-allow-origin"] == nil)
        }
        let page = try await web.client.get("/").text
        #expect(!page.contains("style=") && !page.contains("onclick") && !page.contains("https://"))
    }

    /// No path of a request opens a file outside of the store and the named folder.
    @Test func pathsLeadNowhereElse() async throws {
        let place = try Workplace()
        try place.program.run("model", "add", Program.fixture("tiny-chat.gguf").path, "--name", "tiny")
        try place.write(#"[{"instruction": "inside", "output": "x"}]"#, to: "open/in.json")
        try place.write(#"[{"instruction": "SECRET", "output": "x"}]"#, to: "secret.json")
        try FileManager.default.createSymbolicLink(
            at: place.url("open/link.json"), withDestinationURL: place.url("secret.json"))
        let closed = try await WebPlace("web", "--no-open", in: place)
        #expect(try await closed.client.post("/api/datasets", #"{"path": "in.json"}"#).status == 400)
        let web = try await WebPlace("web", "--no-open", "--files", "open", in: place)
        for path in [
            "../secret.json", place.url("secret.json").path, "link.json", "/etc/passwd", "..",
            "in.json/../../secret.json",
        ] {
            let body = JSONWriter.string(.object(["path": .string(path)]), style: .compact)
            #expect(try await web.client.post("/api/datasets", body).status == 400, "\(path)")
        }
        #expect(try await web.client.task("/api/datasets", #"{"path": "in.json"}"#)["state"] == .string("done"))
        for path in [
            "/pages/../../../etc/passwd", "/pages/%2e%2e/%2e%2e/etc/passwd", "/api/datasets/..%2F..%2Fetc%2Fpasswd",
            "/api/datasets/%2Fetc%2Fpasswd", "/api/datasets/--help", "/api/runs/..%2F..%2Frefs", "/api/runs/../web",
            "/api/datasets/in/export?as=/etc/passwd", "/api/datasets/in/rows?as=tokens&model=/etc/passwd",
            "/api/datasets/in/rows?as=tokens&model=..%2F..%2Fsecret.json",
            "/api/datasets/in/rows?as=tokens&template=../x",
        ] {
            let answer = try await web.client.get(path)
            #expect((400..<500).contains(answer.status), "\(path): \(answer.status)")
            #expect(!answer.text.contains("root:") && !answer.text.contains("SECRET"), "\(path)")
        }
        let models = #"{"model": "../../secret.json", "messages": [{"role": "user", "content": "x"}]}"#
        #expect(try await web.client.post("/v1/chat/completions", models).status == 404)
    }

    private func uploads(_ web: WebPlace) -> [String] {
        (try? FileManager.default.subpathsOfDirectory(atPath: web.place.url(".ds/web/uploads").path)) ?? []
    }

    @Test func anUploadBeyondTheLimitIsRefusedAndLeavesNothing() async throws {
        let web = try await WebPlace("web", "--no-open", "--upload-limit", "2000")
        let big =
            Array(#"[{"instruction": "x", "output": ""#.utf8) + [UInt8](repeating: 0x61, count: 5000)
            + Array("\"}]".utf8)
        let headers = ["Content-Type": "application/octet-stream"]
        #expect(
            try await web.client.request("POST", "/api/uploads?name=a.json", headers: headers, body: big).status == 413)
        // One that does not say how long it is comes no further.
        let port = web.client.port
        let answer = try await WebClient.onThread {
            let connection = try RawConnection(port: port)
            connection.send(
                "POST /api/uploads?name=a.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            for _ in 0..<5 { connection.send("400\r\n" + String(repeating: "x", count: 1024) + "\r\n") }
            connection.send("0\r\n\r\n")
            return WebAnswer(connection.read(seconds: 20).bytes)
        }
        #expect(answer?.status == 413)
        #expect(uploads(web).isEmpty)
        #expect(try await web.client.get("/api/datasets").object()["datasets"] == .array([]))
    }

    @Test(arguments: [false, true])
    func anUploadThatBreaksOffLeavesNothing(serverIsKilled: Bool) async throws {
        let web = try await WebPlace("web", "--no-open")
        let connection = try RawConnection(port: web.client.port)
        connection.send("POST /api/uploads?name=a.json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
        connection.send("[" + String(repeating: #"{"instruction": "x", "output": "y"},"#, count: 500))
        let end = ContinuousClock.now + .seconds(20)
        while uploads(web).isEmpty, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(20)) }
        try #require(!uploads(web).isEmpty)
        if serverIsKilled {
            web.stop(SIGKILL)
            try await web.start()
        } else {
            connection.drop()
        }
        while !uploads(web).isEmpty, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(20)) }
        #expect(uploads(web).isEmpty)
        #expect(try await web.client.get("/api/datasets").object()["datasets"] == .array([]))
    }

    @Test func headsAndBodiesHaveBounds() async throws {
        let web = try await WebPlace("web", "--no-open")
        let port = web.client.port
        for head in [
            "X-Long: " + String(repeating: "x", count: 100_000) + "\r\n",
            (0..<5000).map { "X-\($0): y\r\n" }.joined(), "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        ] {
            let (bytes, isClosed) = try await WebClient.onThread {
                let connection = try RawConnection(port: port)
                connection.send("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + head + "\r\n")
                return connection.read(seconds: 20)
            }
            #expect(isClosed && WebAnswer(bytes)?.status != 200, "\(head.prefix(20))")
        }
        let body = "{\"path\": \"" + String(repeating: "x", count: 9 << 20) + "\"}"
        #expect(try await web.client.post("/api/datasets", body).status == 413)
        let deep = String(repeating: "[", count: 200_000)
        #expect(try await web.client.post("/api/datasets", "{\"path\": \(deep)").status == 400)
        #expect(try await web.client.get("/health").status == 200)
    }

    /// Words that a shell would take as commands are words.
    @Test func nothingReachesAShell() async throws {
        let web = try await WebPlace("web", "--no-open")
        _ = try await web.client.task("/api/datasets", WebPlace.json("identity"))
        let marks = [
            "$(touch hacked)", "`touch hacked`", "; touch hacked", "' && touch hacked '", "\n touch hacked", "--json",
            "%n%s",
        ]
        let value = marks.joined(separator: " ")
        let body = JSONWriter.string(
            .object(["values": .object(["NAME": .string(value)]), "name": .string("forked")]), style: .compact)
        let forked = try await web.client.task("/api/datasets/identity/fork", body)
        #expect(forked["state"] == .string("done"), "\(forked)")
        let rows = try await web.client.get("/api/datasets/forked/rows?as=row&limit=1").object()
        let output = rows["items"]?.arrayValue?[0].objectValue?["output"]?.stringValue ?? ""
        #expect(output.contains(value))
        for mark in marks {
            let name = mark.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            #expect((400..<500).contains(try await web.client.get("/api/datasets/\(name)").status))
            let model = JSONWriter.string(.object(["model": .string(mark)]), style: .compact)
            let counted = try await web.client.task("/api/datasets/identity/stats", model)
            #expect(counted["state"] != .string("done"))
        }
        let files = try FileManager.default.subpathsOfDirectory(atPath: web.place.folder.path)
        #expect(!files.contains { $0.contains("hacked") })
    }
}
