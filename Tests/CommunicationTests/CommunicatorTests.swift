import Communication
import Testing

/// What one process can see of it; several are in EndToEndTests, as MPI starts them.
@Suite struct CommunicatorTests {
    @Test func aProcessThatNoLauncherStartedIsAlone() throws {
        #expect(try Communicator.start(environment: [:]).map { _ in 0 } == nil)
        #expect(
            try Communicator.start(environment: ["PATH": "/bin", "OMPI_COMM_WORLD_SIZE": ""]).map { _ in 0 } == nil)
    }

    @Test func errorsSayWhatToDo() {
        let error = CommunicationError.unavailable(variable: "PMIX_RANK", problem: "no such file")
        #expect("\(error)".contains("PMIX_RANK") && "\(error)".contains("libopenmpi-dev"))
        #expect(error.isWrongUse && !error.isMachineFailure)
        #expect(CommunicationError.ended(rank: 1).isMachineFailure)
    }
}
