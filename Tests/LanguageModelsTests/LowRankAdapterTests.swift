import DatasetFormats
import Kernels
import SystemPackage
import TestFolders
import Testing
import TinyModels

@testable import LanguageModels

@Suite struct LowRankAdapterTests {
    let folder: TemporaryFolder
    let context: ComputeContext
    let model: ModelConfiguration

    init() throws {
        folder = try TemporaryFolder()
        context = try ComputeContext(precision: .float32, threadCount: 1)
        model = try TinyModel().configuration
    }

    func adapter(_ targets: Set<LinearLayer> = [.query, .down], rank: Int = 3) throws -> LowRankAdapter {
        let configuration = try AdapterConfiguration(
            rank: rank, alpha: 6, targets: targets, baseModel: "org/tiny")
        return LowRankAdapter(configuration, for: model, trainable: true, in: context)
    }

    func read() throws -> LowRankAdapter {
        try LowRankAdapter(folder: folder.path, for: model, trainable: false, in: context)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let written = try adapter(Set(model.linearLayers))
        written.fillAtRandom(seed: 5)
        try written.write(to: folder.path)
        #expect(try names(in: folder.path) == ["adapter_config.json", "adapter_model.safetensors"])
        let found = try read()
        #expect(found.configuration == written.configuration)
        #expect(found.parameterCount == written.parameterCount)
        for (a, b) in zip(found.all, written.all) {
            #expect(a.factors.a.floats() == b.factors.a.floats())
            #expect(a.factors.b.floats() == b.factors.b.floats())
        }
        let first = try contents(folder.path.appending("adapter_model.safetensors"))
        let configuration = try contents(folder.path.appending("adapter_config.json"))
        try found.write(to: folder.path)
        #expect(try contents(folder.path.appending("adapter_model.safetensors")) == first)
        #expect(try contents(folder.path.appending("adapter_config.json")) == configuration)
    }

    @Test func namesAndShapesArePEFTs() throws {
        let adapter = try adapter()
        let b = adapter.all[0].factors.b
        // B is [outputs, rank] in the file, and its transpose in memory.
        b.assign((0..<b.count).map { Double($0) })
        try adapter.write(to: folder.path)
        let file = try SafetensorsFile(path: folder.path.appending("adapter_model.safetensors"))
        var shapes: [String: [Int]] = [:]
        for layer in 0..<2 {
            let prefix = "base_model.model.model.layers.\(layer)."
            shapes[prefix + "self_attn.q_proj.lora_A.weight"] = [3, 32]
            shapes[prefix + "self_attn.q_proj.lora_B.weight"] = [32, 3]
            shapes[prefix + "mlp.down_proj.lora_A.weight"] = [3, 64]
            shapes[prefix + "mlp.down_proj.lora_B.weight"] = [32, 3]
        }
        #expect(file.tensors.mapValues(\.shape) == shapes)
        let stored = try #require(file.tensors["base_model.model.model.layers.0.self_attn.q_proj.lora_B.weight"])
        #expect(file.values(of: stored).prefix(6) == [0, 32, 64, 1, 33, 65])
    }

    @Test func adaptersBeginAsNoChange() throws {
        let first = try adapter(Set(model.linearLayers), rank: 8)
        first.initialise(seed: 7)
        let second = try adapter(Set(model.linearLayers), rank: 8)
        second.initialise(seed: 7)
        let other = try adapter(Set(model.linearLayers), rank: 8)
        other.initialise(seed: 8)
        for (index, (_, _, factors)) in first.all.enumerated() {
            let values = factors.a.doubles()
            let bound = 1 / Double(factors.a.columns).squareRoot()
            #expect(values.allSatisfy { abs($0) <= bound })
            #expect((values.max() ?? 0) > 0.9 * bound && (values.min() ?? 0) < -0.9 * bound)
            // Of a uniform distribution: mean 0, variance bound² / 3.
            let count = Double(values.count)
            #expect(abs(values.reduce(0, +) / count) < 0.2 * bound)
            #expect(abs(values.reduce(0) { $0 + $1 * $1 } / count - bound * bound / 3) < 0.1 * bound * bound)
            #expect(factors.b.doubles().allSatisfy { $0 == 0 })
            #expect(second.all[index].factors.a.floats() == factors.a.floats())
            #expect(other.all[index].factors.a.floats() != factors.a.floats())
        }
    }

    /// No two factors share their random numbers, not even moved along.
    @Test func everyFactorHasNumbersOfItsOwn() throws {
        let adapter = try adapter(Set(model.linearLayers), rank: 8)
        adapter.initialise(seed: 7)
        var seen: Set<Double> = []
        var count = 0
        for (_, _, factors) in adapter.all {
            // Scaled to ±1, where numbers of one stream would be the same.
            let scale = Double(factors.a.columns).squareRoot()
            seen.formUnion(factors.a.doubles().map { ($0 * scale * 1e5).rounded() })
            count += factors.a.count
        }
        // 4,096 draws from 200,000 places: a few dozen fall together by chance.
        #expect(count - seen.count < 100, "\(count - seen.count) of \(count) are repeated")
    }

    struct FileCase: CustomTestStringConvertible {
        let testDescription: String
        let expected: String
        let change: @Sendable (inout [SafetensorsWriter.Tensor]) -> Void
    }
    static let q = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight"
    static let fileCases: [FileCase] = [
        .init(testDescription: "an absent tensor", expected: "has no tensor \(q)") { $0.removeAll { $0.name == q } },
        .init(
            testDescription: "a stranger",
            expected: "tensor base_model.model.lm_head.lora_A.weight belongs to nothing this adapter's settings name"
        ) { $0.append(.init(name: "base_model.model.lm_head.lora_A.weight", shape: [1], values: [0])) },
        .init(
            testDescription: "a layer too many",
            expected: "tensor base_model.model.model.layers.2.mlp.up_proj.lora_A.weight belongs to nothing"
        ) {
            $0.append(.init(name: "base_model.model.model.layers.2.mlp.up_proj.lora_A.weight", shape: [0], values: []))
        },
        .init(testDescription: "another shape", expected: "tensor \(q) is [32, 3]") {
            $0 = $0.map { $0.name == q ? .init(name: q, shape: [32, 3], values: $0.values) : $0 }
        },
        .init(testDescription: "another rank", expected: "tensor \(q) is [2, 32]") {
            $0 = $0.map { $0.name == q ? .init(name: q, shape: [2, 32], values: Array($0.values.prefix(64))) : $0 }
        },
    ]

    @Test(arguments: fileCases)
    func filesOfAnotherAdapterAreRefused(c: FileCase) throws {
        let adapter = try adapter()
        try adapter.write(to: folder.path)
        var tensors = adapter.tensors()
        c.change(&tensors)
        let path = try folder.write(SafetensorsWriter.bytes(tensors), "adapter_model.safetensors")
        let error = #expect(throws: LanguageModelsError.self) { try read() }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("\(path.string): \(c.expected)"), "\(text)")
    }

    @Test(arguments: ["adapter_config.json", "adapter_model.safetensors"])
    func absentFilesAreNamed(name: String) throws {
        try adapter().write(to: folder.path)
        try folder.remove(name)
        let error = LanguageModelsError.unreadable(path: folder.path.appending(name), .noSuchFileOrDirectory)
        #expect(throws: error) { try read() }
    }

    @Test func foldersThatAreNotThereAreNamed() throws {
        let path = folder.path.appending("absent")
        let error = #expect(throws: LanguageModelsError.self) { try adapter().write(to: path) }
        guard case .unreadable(_, .noSuchFileOrDirectory) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
