import DatasetFormats
import Foundation
import Testing

/// Disks that are full, that may not be written, or whose files somebody changed: a clear error or a recovery, and
/// nothing lost.
@Suite(.serialized)
struct BadDiskTests {
    private let place: Workplace
    private var ds: Program { place.program }

    init() throws {
        place = try Workplace()
        try place.program.run("add", "identity")
        let rows = (0..<60_000).map { #"{"instruction":"\#($0)","output":"\#($0 &* 2_654_435_761)"}"# + "\n" }
        try place.write(rows.joined(), to: "big.jsonl")
    }

    /// Runs a shell script with the program as `$DS`.
    private func shell(_ script: String) throws -> Program.Outcome {
        let process = ds.process([])
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        process.environment?["DS"] = Program.executable.path
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return .init(status: process.terminationStatus, output: text, errors: errorText)
    }

    private func expectNothingLost(_ expected: [String: Data]) throws {
        #expect(try ds.run("verify").status == 0)
        #expect(try place.contents() == expected)
        #expect(try ds.run("preview", "identity").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.url(".ds/tmp").path).isEmpty)
    }

    @Test("A quota on a file's size, as a disk that is full: the add fails, and nothing else")
    func quota() throws {
        let before = try place.contents()
        // The signal is ignored, so that the write fails, as it does with ENOSPC.
        let outcome = try shell("trap '' XFSZ; ulimit -f 200; exec \"$DS\" add big.jsonl")
        #expect(outcome.status == 4, "\(outcome.errors)")
        #expect(outcome.errors.contains(".ds/tmp/"), "\(outcome.errors)")
        try expectNothingLost(before)
        #expect(try ds.run("add", "big.jsonl").status == 0)
    }

    /// Whether this process may mount a file system of its own.
    private static let mayMount: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    @Test(
        "A small disk that fills up at every size: the add fails, reads and gc go on, and there is room again",
        .enabled(if: mayMount, "unshare(1) may not mount a tmpfs here"))
    func fullDisk() throws {
        let script = """
            mkdir disk && mount -t tmpfs -o size=1500k none disk && cd disk || exit 99
            "$DS" init >/dev/null && "$DS" add identity >/dev/null || exit 98
            "$DS" fork identity --set NAME=A >/dev/null || exit 97
            for kib in 0 4 8 16 40 100 400; do
                rm -f filling
                free=$(df --output=avail -k . | tail -1)
                [ "$kib" -lt "$free" ] && head -c $(( (free - kib) * 1024 )) /dev/zero > filling
                "$DS" add ../big.jsonl >/dev/null 2>error; echo "add $?"
                grep -q "No space" error || cat error
                "$DS" preview identity >/dev/null || echo "preview failed at $kib"
                "$DS" verify >/dev/null || echo "verify failed at $kib"
                "$DS" list >/dev/null || echo "list failed at $kib"
            done
            rm -f filling
            "$DS" remove identity_a >/dev/null && "$DS" gc >/dev/null; echo "gc $?"
            "$DS" add text_demo >/dev/null; echo "add $?"
            "$DS" verify | tail -1 | cut -c1-10
            ls .ds/tmp | wc -l
            """
        let outcome = try shell("exec unshare -rm sh -c '\(script.replacing("'", with: "'\\''"))'")
        #expect(
            outcome.output.split(separator: "\n").map(String.init)
                == Array(repeating: "add 4", count: 7) + ["gc 0", "add 0", "all intact", "0"],
            "\(outcome.output)\(outcome.errors)")
    }

    @Test(
        "What does not fit on a disk is an error of the machine's, packed or not, and nothing of it stays",
        .enabled(if: mayMount, "unshare(1) may not mount a tmpfs here"))
    func convertsOntoAFullDisk() throws {
        let script = """
            mkdir disk && mount -t tmpfs -o size=200k none disk || exit 99
            head -c 400000 /dev/urandom | base64 -w 100 | sed "s/.*/{\\"a\\":\\"&\\"}/" > random.jsonl
            for name in out.jsonl out.csv out.parquet out.arrow out.csv.gz out.jsonl.zip out.tar out.tar.zst; do
                "$DS" convert random.jsonl disk/$name >/dev/null 2>error; echo "$name $?"
                grep -q "No space" error || cat error
            done
            ls -A disk | wc -l
            """
        let outcome = try shell("exec unshare -rm sh -c '\(script.replacing("'", with: "'\\''"))'")
        let names = [
            "out.jsonl", "out.csv", "out.parquet", "out.arrow", "out.csv.gz", "out.jsonl.zip", "out.tar", "out.tar.zst",
        ]
        #expect(
            outcome.output.split(separator: "\n").map(String.init) == names.map { "\($0) 4" } + ["0"],
            "\(outcome.output)\(outcome.errors)")
    }

    @Test(
        "A temporary folder without room for a training's tokens: it is refused before its first step",
        .enabled(if: mayMount, "unshare(1) may not mount a tmpfs here"))
    func trainsWithAFullTemporaryFolder() throws {
        try ds.run("model", "add", Program.fixture("tiny-chat.gguf").path, "--name", "tiny")
        let script = """
            mkdir disk && mount -t tmpfs -o size=40k none disk || exit 99
            head -n 3000 big.jsonl > rows.jsonl && "$DS" add rows.jsonl >/dev/null || exit 98
            TMPDIR="$PWD/disk" "$DS" train --model tiny --dataset rows --no-cache --max-steps 1 --out run 2>error
            echo "train $?"
            grep -o "disk: the rows' tokens cannot be kept .*No space left on device; name a folder .*" error || cat error
            ls disk | wc -l
            """
        let outcome = try shell("exec unshare -rm sh -c '\(script.replacing("'", with: "'\\''"))'")
        #expect(
            outcome.output.hasPrefix("train 4\ndisk: the rows' tokens") && outcome.output.hasSuffix("in TMPDIR\n0\n"),
            "\(outcome.output)\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.url("run/metrics.jsonl").path))
    }

    @Test(
        "A disk that is mounted to be read only, from the beginning or midway, is read",
        .enabled(if: mayMount, "unshare(1) may not mount a tmpfs here"))
    func readOnlyDisk() throws {
        let before = try place.contents()
        let script = """
            mount --bind .ds .ds && mount -o remount,ro,bind .ds || exit 99
            for command in "list" "show identity" "preview identity" "verify" "export identity -" "diff identity identity" \
                "check identity" "du"; do
                "$DS" $command >/dev/null || echo "$command failed"
            done
            "$DS" doctor >/dev/null; echo "doctor $?"
            for command in "add text_demo" "remove identity" "gc" "tag identity x" "rename identity other" "reindex" \
                "fork identity --set NAME=A"; do
                "$DS" $command >/dev/null 2>error; echo "$command $?"
                grep -q "Read-only file system\\|readonly database\\|unable to open" error || cat error
            done
            """
        let outcome = try shell("exec unshare -rm sh -c '\(script.replacing("'", with: "'\\''"))'")
        #expect(
            outcome.output == """
                doctor 1
                add text_demo 4
                remove identity 4
                gc 4
                tag identity x 4
                rename identity other 4
                reindex 4
                fork identity --set NAME=A 4

                """, "\(outcome.output)\(outcome.errors)")
        try expectNothingLost(before)
    }

    @Test(
        "Permission lost midway: the write fails, and nothing is lost",
        .enabled(if: mayMount, "unshare(1) may not mount a tmpfs here"))
    func permissionLostMidway() throws {
        let before = try place.contents()
        // The pipe ends only after the store cannot be written any more.
        let script = """
            mount --bind .ds .ds || exit 99
            { head -c 1000000 big.jsonl; mount -o remount,ro,bind .ds; tail -c +1000001 big.jsonl; } \
                | "$DS" add /dev/stdin --name big; echo "add $?"
            mount -o remount,rw,bind .ds
            """
        let outcome = try shell("exec unshare -rm sh -c '\(script.replacing("'", with: "'\\''"))'")
        #expect(outcome.output == "add 4\n", "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("Read-only file system"))
        try expectNothingLost(before)
    }

    @Test(
        "The index deleted, cut short or scribbled over: a clear error or a recovery, and nothing lost",
        arguments: ["delete", "empty", "half", "head", "middle", "wal", "folder"])
    func index(damage: String) throws {
        try ds.run("fork", "identity", "--set", "NAME=A")
        let log = try ds.run("log", "identity_a").output
        #expect(!log.isEmpty)
        let url = place.url(".ds/index.sqlite")
        var bytes = try Data(contentsOf: url)
        switch damage {
        case "delete": try FileManager.default.removeItem(at: url)
        case "empty": try Data().write(to: url)
        case "half": try bytes.prefix(bytes.count / 2 + 100).write(to: url)
        case "head":
            bytes.replaceSubrange(0..<64, with: Data(repeating: 0x5A, count: 64))
            try bytes.write(to: url)
        case "middle":
            for place in stride(from: 4096, to: bytes.count, by: 37) { bytes[place] ^= 0x5A }
            try bytes.write(to: url)
        case "wal": try Data(repeating: 0x37, count: 9000).write(to: place.url(".ds/index.sqlite-wal"))
        default:
            try FileManager.default.removeItem(at: url)
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }
        let before = try place.contents()
        for command in [["list"], ["verify"], ["preview", "identity_a"]] { #expect(try ds.run(command).status == 0) }
        let again = try ds.run("log", "identity_a")
        #expect(again.status == 0 ? again.output == log : again.errors.contains("ds reindex"), "\(again.errors)")
        let fork = try ds.run("fork", "identity", "--set", "NAME=A")
        #expect(fork.status == 0 || fork.errors.contains("ds reindex"), "\(fork.errors)")
        #expect(try place.contents() == before)
        if damage == "folder" { try FileManager.default.removeItem(at: url) }
        #expect(try ds.run("reindex").status == 0)
        #expect(try ds.run("log", "identity_a").output == log)
        #expect(try ds.run("doctor").status == 0)
    }

    @Test("A clock that went back: versions, gc and leases go on")
    func clock() throws {
        let future = Int(Date().timeIntervalSince1970) + 1_000_000
        let reference = place.url(".ds/refs/datasets/identity")
        let text = String(decoding: try Data(contentsOf: reference), as: UTF8.self)
        let manifest = try #require(text.split(separator: "\n").last?.split(separator: " ").first)
        try Data("\(manifest) \(future)\n".utf8).write(to: reference)
        let lease =
            #"{"heartbeat":\#(future),"host":"another","isReleased":false,"process":1,"processStart":"1","token":"t"}"#
        let path = try place.write(lease, to: ".ds/leases/writer-900")
        // Silent for long by the file system's clock, whatever its own said.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -600)], ofItemAtPath: path.path)
        try place.write("{\"instruction\":\"a\",\"output\":\"b\"}\n", to: "identity.jsonl")
        #expect(try ds.run("add", "identity.jsonl", "--name", "identity").status == 0)
        #expect(try ds.run("log", "identity", "--json").object()["versions"]?.arrayValue?.count == 2)
        // The older version is from the future, so it is young, and stays.
        #expect(try ds.run("gc", "--keep-days", "1", "--json").object()["dropped"] == .array([]))
        #expect(try ds.run("show", "identity@1").status == 0)
        #expect(try ds.run("verify").status == 0)
        #expect(try ds.run("doctor").status == 0)
    }
}
