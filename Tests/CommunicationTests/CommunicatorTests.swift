import Communication
import Testing

/// What one process can see of it; several are in EndToEndTests, as MPI starts them.
@Suite struct CommunicatorTests {
    @Test func aProcessThatNoLauncherStartedIsAlone() throws {
        #expect(try Communicator.start(environment: [:]).map { _ in 0 } == nil)
        #expect(
            try Communicator.start(environment: ["PATH": "/bin", "OMPI_COMM_WORLD_SIZE": ""]).map { _ in 0 } == nil)
    }

    /// srun without --mpi: every process would do all of the work.
    @Test func processesThatKnowNothingOfOneAnotherAreRefused() throws {
        #expect(throws: CommunicationError.startedApart(count: 4, variable: "SLURM_STEP_NUM_TASKS")) {
            _ = try Communicator.start(environment: ["SLURM_STEP_NUM_TASKS": "4", "SLURM_PROCID": "1"])
        }
        #expect(try Communicator.start(environment: ["SLURM_STEP_NUM_TASKS": "1"]).map { _ in 0 } == nil)
        let error = CommunicationError.startedApart(count: 4, variable: "SLURM_STEP_NUM_TASKS")
        #expect("\(error)".contains("--mpi=pmix") && error.isWrongUse)
    }

    @Test func errorsSayWhatToDo() {
        let error = CommunicationError.unavailable(variable: "PMIX_RANK", problem: "no such file")
        #expect("\(error)".contains("PMIX_RANK") && "\(error)".contains("libopenmpi-dev"))
        #expect(error.isWrongUse && !error.isMachineFailure)
        #expect(CommunicationError.ended(rank: 1).isMachineFailure)
    }
}
