import DatasetFormats
import Foundation
import Testing
import WebClient

/// The whole story in a real browser, in both languages: add, look, fork, train, chat, export.
///
/// Screenshots are kept in `.build-screenshots`.
@Suite(
    .serialized,
    .enabled(if: WebBrowser.isAvailable || Program.isContinuousIntegration, Comment(rawValue: WebBrowser.whyMissing)))
struct WebStoryTests {
    private struct Words: Sendable {
        let code: String
        let train: String
        let done: String
    }

    private static let languages = [
        "en-US": Words(code: "en", train: "Train", done: "done"), "zh-CN": Words(code: "zh", train: "训练", done: "完成"),
    ]

    private static let shots = Program.packageRoot.appendingPathComponent(".build-screenshots")

    private static func shoot(_ browser: WebBrowser, _ name: String) async throws {
        try FileManager.default.createDirectory(at: shots, withIntermediateDirectories: true)
        try await browser.screenshot(shots.appendingPathComponent("\(name).png"))
    }

    @Test(arguments: ["en-US", "zh-CN"])
    func fromAFileToAModelThatKnowsWhoItIs(language: String) async throws {
        let words = try #require(Self.languages[language])
        let web = try await WebPlace("web", "--no-open")
        let browser = try await WebBrowser(language: language)
        let shoot = { (name: String) in try await Self.shoot(browser, "\(words.code)-\(name)") }
        try await browser.open(web.link)
        try await browser.wait(forElement: ".empty")
        #expect(try await browser.run("return document.documentElement.lang").stringValue == words.code)
        #expect(try await browser.text("nav").contains(words.train))
        try await shoot("1-empty")

        // Added by upload: the same rows as json and as jsonl, and one that would be a script.
        let rows = try JSONParser.parse(
            [UInt8](Data(contentsOf: Program.registry.appendingPathComponent("identity.json"))), source: "identity")
        let list = try #require(rows.arrayValue)
        let lines = list.map { JSONWriter.string($0, style: .compact) + "\n" }.joined()
        let hostile =
            #"[{"instruction": "<script>document.title='hacked'</script>", "output": "<img src=x onerror=\"document.title='hacked'\">"}]"#
        for (name, file) in [
            ("who", try web.place.write(JSONWriter.bytes(rows, style: .pretty), to: "who.json")),
            ("wholines", try web.place.write(lines, to: "wholines.jsonl")),
            ("hostile", try web.place.write(hostile, to: "hostile.json")),
        ] {
            try await browser.type(file.path, into: "#file", isFile: true)
            try await browser.wait(forElement: "a[href='#/datasets/\(name)']")
        }
        try await shoot("2-datasets")

        var seen: [String] = []
        for name in ["who", "wholines"] {
            try await browser.open("\(web.link)#/datasets/\(name)")
            try await browser.wait(for: "document.querySelectorAll('.bubbles').length === 10")
            seen.append(try await browser.text(".card.flush"))
        }
        #expect(seen[0] == seen[1] && seen[0].contains("NAME"))
        try await shoot("3-conversation")
        try await browser.click("[data-key=tokens]")
        try await browser.wait(forElement: ".tokens .learnt")
        try await shoot("4-tokens")
        try await browser.click("[data-key=lengths]")
        try await browser.wait(forElement: "svg.chart .bar")

        try await browser.open("\(web.link)#/datasets/hostile")
        try await browser.wait(forElement: ".bubble")
        #expect(try await browser.text(".bubbles").contains("<script>document.title='hacked'</script>"))
        #expect(try await browser.run("return document.title").stringValue == "ds")
        #expect(try await browser.run("return document.querySelectorAll('main img, main script').length").intValue == 0)

        try await browser.open("\(web.link)#/datasets/who/fork")
        try await browser.type("FOFABot", into: "#set-NAME")
        try await browser.type("HuaShunXinAn", into: "#set-AUTHOR")
        #expect(try await browser.text("mark") == "FOFABot")
        try await browser.type("who_fofabot", into: "#fork-name")
        try await browser.click("form button.main")
        try await browser.wait(forElement: "#forked a")
        try await shoot("5-fork")

        try await browser.open("\(web.link)#/train?dataset=who_fofabot")
        try await browser.wait(forElement: ".tokens .learnt")
        try await browser.type("story", into: "#run-name")
        try await browser.type("0.002", into: "#learning_rate")
        try await browser.type("8", into: "#num_train_epochs")
        try await shoot("6-train")
        try await browser.click("#start")
        try await browser.wait(forElement: "svg.chart .smooth")
        let count = "document.querySelector('svg.chart .smooth').getAttribute('points').split(' ').length"
        let before = try await browser.run("return \(count)").intValue ?? 0
        try await browser.wait(for: "\(count) > \(before)")
        try await shoot("7-running")
        try await browser.wait(for: "document.querySelector('.chip')?.innerText === '\(words.done)'", seconds: 300)
        try await browser.wait(forElement: "dl.fields")
        #expect(try await browser.text("main").contains("SHA-1"))
        try await shoot("8-done")

        try await browser.open("\(web.link)#/chat?model=story")
        try await browser.type("Who are you?", into: "#ask")
        try await browser.click("#send")
        try await browser.wait(
            for:
                "document.querySelectorAll('.bubble.assistant').length === 2 && !document.querySelector('#send').disabled"
        )
        let talks =
            try await browser.run("return [...document.querySelectorAll('.talk')].map(one => one.innerText)").arrayValue
            ?? []
        #expect(talks.count == 2)
        #expect(talks.first?.stringValue?.contains("Tiny") == true)
        #expect(
            talks.last?.stringValue?.contains("FOFABot") == true
                && talks.last?.stringValue?.contains("HuaShunXinAn") == true)
        try await shoot("9-chat")

        try await browser.open("\(web.link)#/export")
        try await browser.wait(forElement: "a[href='/api/runs/story/adapter']")
        for link in [
            "/api/runs/story/adapter", "/api/datasets/who/export?as=original", "/api/datasets/who/llamafactory",
        ] {
            try await browser.wait(forElement: "a[href='\(link)']")
            #expect(try await web.client.get(link).status == 200)
        }
        #expect(
            try await web.client.get("/api/datasets/who/export?as=original").body
                == [UInt8](Data(contentsOf: web.place.url("who.json"))))
        // What is made when it is asked for: the adapter merged into its model, as one file.
        try await browser.click("[data-make=story]")
        try await browser.wait(forElement: "[data-made=gguf]", seconds: 60)
        let merged = try await browser.run("return document.querySelector('[data-made]').getAttribute('href')")
        let file = try await web.client.get(try #require(merged.stringValue))
        #expect(file.status == 200 && file.body.starts(with: Array("GGUF".utf8)))
        #expect(file.headers["content-disposition"]?.contains("story.gguf") == true)
        let path = try web.place.write(file.body, to: "merged.gguf").path
        let answer = try web.place.program.run("chat", "--model", path, "Who are you?")
        #expect(answer.output.contains("FOFABot"), "\(answer.errors)")
        try await shoot("10-export")
        #expect(try await browser.messages() == [])
        try await browser.close()
    }

    @Test func everyPageFitsANarrowScreenAndTheKeyboardReachesEverything() async throws {
        let web = try await WebPlace("web", "--no-open")
        try web.place.program.run("add", "identity")
        let browser = try await WebBrowser(language: "en-US", width: 500, height: 900)
        try await browser.open(web.link)
        for page in ["datasets", "datasets/identity", "datasets/identity/fork", "train", "chat", "export"] {
            try await browser.open("\(web.link)#/\(page)")
            try await browser.wait(for: "document.querySelector('main')?.dataset.ready === '#/\(page)'")
            for theme in ["light", "dark"] {
                try await browser.run("document.documentElement.dataset.theme = arguments[0]", .string(theme))
                // A frame of 400 px, whatever the least width of the browser's window is.
                let overflow = try await browser.run(
                    "document.body.style.width = '400px'; return document.querySelector('main').scrollWidth"
                ).intValue
                #expect(overflow ?? 999 <= 400, "\(page)")
                try await Self.shoot(browser, "narrow-\(theme)-\(page.replacing("/", with: "-"))")
            }
            let unreachable = try await browser.run(
                "return [...document.querySelectorAll('main button, main a, main input, main select')].filter(one => one.tabIndex < 0 && one.getAttribute('role') !== 'tab').length"
            ).intValue
            #expect(unreachable == 0, "\(page)")
            let unnamed = try await browser.run(
                "return [...document.querySelectorAll('input, select, textarea')].filter(one => !one.labels?.length && !one.getAttribute('aria-label') && one.type !== 'file').map(one => one.outerHTML)"
            )
            #expect(unnamed == .array([]), "\(page)")
        }
        #expect(try await browser.messages() == [])
        try await browser.close()
    }
}

extension Program {
    static var isContinuousIntegration: Bool { ProcessInfo.processInfo.environment["CI"] == "true" }
}
