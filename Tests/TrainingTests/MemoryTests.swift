import Kernels
import LanguageModels
import Testing
import TinyModels

@testable import Training

@Suite struct MemoryTests {
    private func estimate(
        longest: Int = 2000, reference: Bool = false, _ change: (inout TrainingOptions) -> Void = { _ in }
    ) throws -> MemoryEstimate {
        var options = TrainingOptions()
        change(&options)
        let source = try TinyModel(maximumPositions: 4096)
        return try MemoryEstimate(
            options, source: source, reference: reference ? source : nil, longest: longest,
            in: try ComputeContext(precision: .float32, threadCount: 1))
    }

    @Test func everySettingCountsWhereItShould() throws {
        let plain = try estimate()
        #expect(plain.total == plain.weights + plain.trained + plain.activations + MemoryEstimate.program)
        let recomputed = try estimate { $0.recomputation = .layers }
        #expect(recomputed.activations < plain.activations && recomputed.weights == plain.weights)
        let rounded = try estimate { $0.tuning.quantisation.bits = 4 }
        #expect(rounded.weights < plain.weights && rounded.activations == plain.activations)
        #expect(try estimate(longest: 4000).activations > plain.activations)
        // A pass has so many tokens however short rows are.
        #expect(try estimate(longest: 10).activations == estimate(longest: 1000).activations)
        #expect(try estimate { $0.rank = 64 }.trained > plain.trained)
        #expect(try estimate { $0.optimiser = .adamW8Bit }.trained < plain.trained)
        #expect(try estimate { $0.usesMagnitudes = true }.trained > plain.trained)
        #expect(try estimate { $0.tuning.additionalModules = ["lm_head"] }.trained == plain.trained + 4 * 4 * 64 * 32)
        #expect(try estimate { $0.tuning.kind = .full }.trained > plain.trained)
        let compared = try estimate(reference: true)
        #expect(compared.weights > plain.weights && compared.activations > plain.activations)
    }

    /// What is planned is what an adapter's tensors have.
    @Test func trainedCountsValuesGradientsAndMoments() throws {
        let found = try estimate { $0.tuning.kind = .full }
        let count = try TinyModel(maximumPositions: 4096).configuration.parameterCount
        #expect(found.trained == 4 * 4 * count)
    }

    /// Matrices have one moment, what AdamW learns beside them two, and all of a shape one memory for their steps.
    @Test func muonCountsTheMemoryOfItsSteps() throws {
        func trained(_ layers: Int) throws -> Int {
            try estimate { ($0.tuning.kind, $0.tuning.layers, $0.optimiser) = (.freeze, layers, .muon) }.trained
        }
        let (inMatrices, inNorms) = (2 * 32 * 32 + 2 * 16 * 32 + 3 * 64 * 32, 2 * 32)
        let ofLayer = 3 * 4 * inMatrices + 4 * 4 * inNorms
        #expect(try trained(2) - trained(1) == ofLayer)
        // Of [32, 32], [16, 32] and [32, 64]: at least three of the matrix itself and two of its product with itself.
        #expect(
            try trained(1) - ofLayer >= 4 * (5 * 32 * 32 + (3 * 16 * 32 + 2 * 16 * 16) + (3 * 32 * 64 + 2 * 32 * 32)))
    }

    @Test func tooLittleSaysWhatWouldHelp() throws {
        let plain = try estimate()
        func check(
            _ available: Int?, _ change: (inout TrainingOptions) -> Void = { _ in }
        ) throws {
            var options = TrainingOptions()
            change(&options)
            try MemoryCheck(plain, available: available).require(options, longest: 2000) { other in
                try estimate { $0 = other }
            }
        }
        try check(nil)
        try check(plain.total)
        let error = #expect(throws: TrainingError.self) { try check(plain.total - 1) }
        let text = error?.description ?? ""
        for part in [
            "--recompute layers (", "--quantization-bit 4 (", "a smaller --cutoff-len than 2000", "--no-memory-check",
        ] {
            #expect(text.contains(part), "\(text)")
        }
        #expect(error?.isMachineFailure == true)
        let less = #expect(throws: TrainingError.self) {
            try check(plain.total - 1) { ($0.recomputation, $0.tuning.quantisation.bits) = (.layers, 4) }
        }
        #expect(less?.description.contains("--recompute") == false)
        #expect(less?.description.contains("--quantization-bit") == false)
    }

    @Test(arguments: [(999_400_000, "999 MB"), (1_250_000_000, "1.3 GB"), (0, "0 MB"), (34_000_000_000, "34.0 GB")])
    func bytesAreReadable(bytes: Int, text: String) { #expect(MemoryCheck.text(bytes) == text) }

    @Test func whatTheSystemSaysIsRead() {
        let text = "MemTotal:       24000000 kB\nMemFree:  100 kB\nMemAvailable:   20000000 kB\n"
        #expect(MachineMemory.availableBytes(meminfo: text) == 20_000_000 * 1024)
        #expect(MachineMemory.availableBytes(meminfo: "MemTotal: 1 kB\n") == nil)
        #expect(MachineMemory.availableBytes(meminfo: "MemAvailable: much kB\n") == nil)
    }

    @Test func everyGroupAboveCounts() {
        let files = [
            "/sys/fs/cgroup/a/b/memory.max": "max\n", "/sys/fs/cgroup/a/memory.max": "1000\n",
            "/sys/fs/cgroup/a/memory.current": "700\n",
            "/sys/fs/cgroup/a/memory.stat": "anon 500\ninactive_file 150\n",
        ]
        #expect(MachineMemory.leftInGroups("0::/a/b\n") { files[$0] } == [450])
        #expect(MachineMemory.leftInGroups("0::/\n") { files[$0] } == [])
        let old = [
            "/sys/fs/cgroup/memory/job/memory.limit_in_bytes": "5000",
            "/sys/fs/cgroup/memory/job/memory.usage_in_bytes": "6000",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
        ]
        let list = "5:cpu,cpuacct:/job\n4:memory:/job\n"
        #expect(MachineMemory.leftInGroups(list) { old[$0] } == [0])
    }
}
