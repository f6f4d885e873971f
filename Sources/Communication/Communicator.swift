import CMPI
import Foundation

/// The processes of an MPI job, of which this is one.
///
/// Calls are collective: every rank makes the same ones in the same order, from one thread at a time. None spins: a rank
/// that waits gives its processor to others, and notices when the job is ended meanwhile.
public final class Communicator: Sendable {
    public let rank: Int
    public let size: Int
    private let isEnded: @Sendable () -> Bool

    /// What launchers tell their processes: Open MPI's mpirun, PMI and PMIx, the last two also by srun.
    private static let variables = ["OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"]

    /// How many processes there are, as far as launchers say; the first that is there counts.
    private static let sizes = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", stepSize]

    /// How many processes srun started together, whether or not it tells them of one another.
    private static let stepSize = "SLURM_STEP_NUM_TASKS"

    /// This process's place in its job; nil where the environment says nothing of MPI, and no library is loaded then.
    ///
    /// - Parameter isEnded: asked while waiting; true ends the wait with `CommunicationError.ended`.
    /// - Throws: `CommunicationError.unavailable`, `startedApart` or `failed`.
    public static func start(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        isEnded: @escaping @Sendable () -> Bool = { false }
    ) throws(CommunicationError) -> Communicator? {
        guard let variable = variables.first(where: { environment[$0]?.isEmpty == false }) else {
            // Each would do all of the work, and write where the others write.
            if let count = environment[stepSize].flatMap({ Int($0) }), count > 1 {
                throw .startedApart(count: count, variable: stepSize)
            }
            return nil
        }
        var problem = [CChar](repeating: 0, count: 512)
        guard cmpi_load(&problem, problem.count) else {
            throw .unavailable(variable: variable, problem: text(problem))
        }
        var rank: CInt = 0
        var size: CInt = 0
        try check(cmpi_initialise(&rank, &size), "starting")
        guard size > 0, rank >= 0, rank < size else {
            throw .failed(operation: "starting", problem: "rank \(rank) of \(size)")
        }
        // A library that does not understand the launcher takes each process for a job of its own.
        let said = sizes.compactMap { environment[$0].flatMap { Int($0) } }.first
        guard said ?? Int(size) == Int(size) else {
            throw .unavailable(
                variable: variable,
                problem: "it sees \(size) of \(said ?? 0) processes: start them with its own mpirun, or srun --mpi=pmix"
            )
        }
        return Communicator(rank: Int(rank), size: Int(size), isEnded: isEnded)
    }

    private init(rank: Int, size: Int, isEnded: @escaping @Sendable () -> Bool) {
        self.rank = rank
        self.size = size
        self.isEnded = isEnded
    }

    /// Ends this rank's part; every rank comes to it.
    public func finish() throws(CommunicationError) {
        try barrier()
        try Self.check(cmpi_finalise(), "ending")
    }

    /// Ends all ranks, with a code of the process.
    public func abort(code: Int32) { cmpi_abort(code) }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func check(_ code: CInt, _ operation: String) throws(CommunicationError) {
        guard code != 0 else { return }
        var description = [CChar](repeating: 0, count: 512)
        cmpi_describe(code, &description, description.count)
        throw .failed(operation: operation, problem: text(description))
    }

    // MARK: Waiting

    private func finish(_ request: inout CMPIRequest?, _ operation: String) throws(CommunicationError) {
        var pause: UInt32 = 1
        while true {
            var isDone = false
            try Self.check(cmpi_test(&request, &isDone), operation)
            if isDone { return }
            if isEnded() { throw .ended(rank: rank) }
            // Long enough that ranks which share a processor do not take it from one another.
            usleep(pause)
            pause = min(pause * 2, 200)
        }
    }

    private static func count(_ bytes: Int) throws(CommunicationError) -> CInt {
        guard let count = CInt(exactly: bytes) else { throw .tooLarge(bytes: bytes) }
        return count
    }

    // MARK: Operations

    /// Waits until every rank has come here.
    public func barrier() throws(CommunicationError) {
        var request: CMPIRequest?
        try Self.check(cmpi_begin_barrier(&request), "waiting for all")
        try finish(&request, "waiting for all")
    }

    /// The sum over all ranks, added in the order of ranks: the same for a number of ranks every time, on every rank.
    ///
    /// Each rank adds up a part of the places, which it then gives to all.
    /// - Parameters:
    ///   - values: as many on every rank.
    ///   - workspace: what it holds is of no account; sums of no more values take no other memory.
    public func sum(_ values: inout [Double], with workspace: inout SumWorkspace) throws(CommunicationError) {
        guard size > 1, !values.isEmpty else { return }
        let part = (values.count + size - 1) / size
        let bytes = try Self.count(part * MemoryLayout<Double>.stride)
        workspace.take(values, places: part * size)
        try exchange("adding up", workspace.sent, &workspace.received) { cmpi_begin_all_to_all($0, $1, bytes, $2) }
        workspace.addParts(of: part, count: size)
        try exchange("giving sums", workspace.sent, &workspace.received) { cmpi_begin_all_gather($0, $1, bytes, $2) }
        for place in values.indices { values[place] = workspace.received[place] }
    }

    /// Every rank's number, in the order of ranks.
    public func gather(_ value: UInt64) throws(CommunicationError) -> [UInt64] {
        var values = [UInt64](repeating: 0, count: size)
        try exchange("comparing", [value], &values) { cmpi_begin_all_gather($0, $1, 8, $2) }
        return values
    }

    /// - Throws: `CommunicationError.ranksDiffer` where not every rank has the same bytes.
    public func requireSame(_ bytes: [UInt8], what: String) throws(CommunicationError) {
        // FNV-1a, which only has to be the same for the same bytes.
        let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        guard Set(try gather(hash)).count == 1 else { throw .ranksDiffer(what: what) }
    }

    /// Gives rank 0's bytes to all.
    public func broadcast(_ bytes: [UInt8]) throws(CommunicationError) -> [UInt8] {
        let count = Int(try gather(UInt64(bytes.count))[0])
        var bytes = rank == 0 ? bytes : [UInt8](repeating: 0, count: count)
        let length = try Self.count(count)
        try exchange("telling all", [0 as UInt8], &bytes) { cmpi_begin_broadcast($1, length, 0, $2) }
        return bytes
    }

    /// Sends bytes to a rank that receives them.
    public func send(_ bytes: [UInt8], to other: Int) throws(CommunicationError) {
        var header = [UInt64(bytes.count)]
        try exchange("sending", [0 as UInt8], &header) { cmpi_begin_send($1, 8, CInt(other), 0, $2) }
        guard !bytes.isEmpty else { return }
        let count = try Self.count(bytes.count)
        var bytes = bytes
        try exchange("sending", [0 as UInt8], &bytes) { cmpi_begin_send($1, count, CInt(other), 1, $2) }
    }

    /// Receives what another rank sends.
    public func receive(from other: Int) throws(CommunicationError) -> [UInt8] {
        var header: [UInt64] = [0]
        try exchange("receiving", [0 as UInt8], &header) { cmpi_begin_receive($1, 8, CInt(other), 0, $2) }
        guard let length = Int(exactly: header[0]) else { throw .tooLarge(bytes: .max) }
        var bytes = [UInt8](repeating: 0, count: length)
        guard length > 0 else { return bytes }
        let count = try Self.count(length)
        try exchange("receiving", [0 as UInt8], &bytes) { cmpi_begin_receive($1, count, CInt(other), 1, $2) }
        return bytes
    }

    /// Begins an operation on memory that stays in its place until it is done.
    private func exchange<Sent, Received>(
        _ operation: String, _ sent: [Sent], _ received: inout [Received],
        _ begin: (UnsafeRawPointer?, UnsafeMutableRawPointer?, UnsafeMutablePointer<CMPIRequest?>) -> CInt
    ) throws(CommunicationError) {
        let outcome = sent.withUnsafeBytes { sent in
            received.withUnsafeMutableBytes { received in
                Result { () throws(CommunicationError) in
                    var request: CMPIRequest?
                    try Self.check(begin(sent.baseAddress, received.baseAddress, &request), operation)
                    try finish(&request, operation)
                }
            }
        }
        try outcome.get()
    }
}
