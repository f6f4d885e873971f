/// Why processes that share the work cannot go on.
public enum CommunicationError: Error, Hashable, CustomStringConvertible {
    /// The environment says MPI, and its library cannot be used.
    case unavailable(variable: String, problem: String)
    /// A launcher started several processes and told none of the others.
    case startedApart(count: Int, variable: String)
    /// A call of MPI's failed.
    case failed(operation: String, problem: String)
    /// The job is being ended: another rank died, or somebody stopped it.
    case ended(rank: Int)
    /// The ranks were not started alike.
    case ranksDiffer(what: String)
    case tooLarge(bytes: Int)

    public var description: String {
        switch self {
        case .unavailable(let variable, let problem):
            "\(variable) says that this is a process of an MPI job, but Open MPI cannot be loaded: \(problem);"
                + " install it (Debian: openmpi-bin and libopenmpi-dev), or take the variable away"
        case .startedApart(let count, let variable):
            "srun started \(count) processes that know nothing of one another; start them with srun --mpi=pmix, or where"
                + " each is to work for itself, into a folder of its own, take \(variable) away"
        case .failed(let operation, let problem): "MPI, \(operation): \(problem)"
        case .ended(let rank): "rank \(rank): the MPI job is being ended: another rank died, or somebody stopped it"
        case .ranksDiffer(let what):
            "the ranks of this MPI job were not started alike, their \(what) differ; start all with one command"
        case .tooLarge(let bytes): "\(bytes) bytes are more than MPI takes at once"
        }
    }

    public var isMachineFailure: Bool {
        switch self {
        case .failed, .ended: true
        default: false
        }
    }

    public var isWrongUse: Bool { !isMachineFailure }
}
