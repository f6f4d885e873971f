import CProcess
import DatasetFormats
import Foundation
import SystemPackage

/// Starts trainings, one at a time, each as a process of its own that lives on when the server ends; what it knows of
/// them it reads from the store, so that a server that comes back knows the same.
actor RunKeeper {
    private let folder: FilePath
    private let runner: CommandRunner
    /// Held by the one server of a store that starts what waits.
    private var turn: OpenFile?
    /// Processes started here, which only we can take leave of.
    private var children: Set<Int32> = []

    init(folder: FilePath, runner: CommandRunner) {
        self.folder = folder
        self.runner = runner
    }

    /// Looks after the queue from now on.
    func begin() {
        Task {
            while !Task.isCancelled {
                tick()
                try? await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private func tick() {
        for child in children {
            var status: Int32 = 0
            if ds_wait(child, false, &status) != 0 { children.remove(child) }
        }
        guard holdsTurn() else { return }
        let runs = all
        guard !runs.contains(where: { $0.state == .running }),
            let next = runs.filter(\.isQueued).min(by: { $0.created < $1.created })
        else { return }
        do {
            try launch(next)
        } catch {
            var failed = next
            failed.job["queued"] = .bool(false)
            failed.job["problem"] = .string("\(error)")
            try? failed.save()
        }
    }

    private func holdsTurn() -> Bool {
        if turn != nil { return true }
        guard let file = try? OpenFile(folder.appending("queue.lock"), .readWrite, options: [.create]),
            ds_lock(file.descriptor.rawValue)
        else { return false }
        turn = file
        return true
    }

    var all: [TrainingRun] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending("jobs").string)) ?? []
        return names.compactMap { TrainingRun(named: $0, in: folder) }.sorted {
            ($1.created, $0.name) < ($0.created, $1.name)
        }
    }

    /// - Throws: `WebServerError.notFound`.
    func run(_ name: String) throws(WebServerError) -> TrainingRun {
        guard let run = TrainingRun(named: name, in: folder) else { throw .notFound("run \(name)") }
        return run
    }

    /// Puts a training at the end of the queue.
    func enqueue(_ request: TrainingRequest) throws -> TrainingRun {
        guard TrainingRun(named: request.name, in: folder) == nil else {
            throw WebServerError.badRequest("there is a run \(request.name) already; choose another name")
        }
        var run = TrainingRun(name: request.name, folder: folder, job: request.json)
        run.job["created"] = .int(Int(Date().timeIntervalSince1970 * 1000))
        run.job["arguments"] = .array(request.arguments(output: run.output.string).map { .string($0) })
        run.job["queued"] = .bool(true)
        try run.save()
        tick()
        return try self.run(request.name)
    }

    /// Asks a training to end after its step, with a checkpoint; takes one that waits out of the queue.
    func stop(_ name: String) throws {
        var run = try run(name)
        if run.isQueued {
            try? FileManager.default.removeItem(atPath: run.place.string)
            return
        }
        guard run.state == .running, let id = run.processID else {
            throw WebServerError.badRequest("the run \(name) does not run")
        }
        // Its lock is held, so that the number is still its own.
        kill(id, SIGINT)
        run.job["stop_asked"] = .bool(true)
        try run.save()
    }

    /// Lets a stopped training go on from its last checkpoint.
    func resume(_ name: String) throws -> TrainingRun {
        var run = try run(name)
        guard run.state == .stopped else {
            throw WebServerError.badRequest("the run \(name) is \(run.state.rawValue); only a stopped one can go on")
        }
        run.job["resumes"] = .bool(true)
        run.job["queued"] = .bool(true)
        run.job["stop_asked"] = nil
        try run.save()
        tick()
        return try self.run(name)
    }

    private func launch(_ run: TrainingRun) throws {
        var run = run
        guard let lock = try run.takeLock() else { return }
        let log = try OpenFile(run.place.appending("log.txt"), .writeOnly, options: [.create, .append])
        try FileManager.default.createDirectory(
            atPath: folder.appending("runs").string, withIntermediateDirectories: true)
        var arguments = (run.job["arguments"]?.arrayValue ?? []).compactMap(\.stringValue)
        if run.job["resumes"]?.boolValue == true { arguments.append("--resume-from-checkpoint=last") }
        let child = try ChildProcess(
            runner.full(Command(arguments)), in: folder, output: log, errors: log, kept: lock, outlivesUs: true)
        children.insert(child.id)
        run.job["queued"] = .bool(false)
        run.job["pid"] = .int(Int(child.id))
        run.job["started"] = .int(Int(Date().timeIntervalSince1970 * 1000))
        try run.save()
    }
}
