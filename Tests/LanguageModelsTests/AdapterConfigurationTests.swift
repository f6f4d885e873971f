import DatasetFormats
import LanguageModels
import Testing
import TinyModels

@Suite struct AdapterConfigurationTests {
    static func object(_ change: (inout JSONObject) -> Void = { _ in }) throws -> JSONObject {
        var object = try AdapterConfiguration(rank: 8, alpha: 16, targets: [.query, .value], baseModel: "m")
            .json(for: try TinyModel().configuration)
        change(&object)
        return object
    }

    @Test(arguments: [
        (8, 16.0, false, 2.0), (8, 4, false, 0.5), (16, 8, true, 2), (4, 3, true, 1.5), (1, 1, true, 1),
    ])
    func theScaleIsAlphaOverTheRankOrItsRoot(rank: Int, alpha: Double, isStabilised: Bool, scale: Double) throws {
        let configuration = try AdapterConfiguration(
            rank: rank, alpha: alpha, usesRankStabilisedScaling: isStabilised)
        #expect(configuration.scale == scale)
    }

    @Test(arguments: [16, 2.5, 1e-3])
    func whatIsWrittenIsReadBack(alpha: Double) throws {
        let written = try AdapterConfiguration(
            rank: 5, alpha: alpha, targets: [.gate, .attentionOutput], usesRankStabilisedScaling: true,
            baseModel: "org/tiny")
        let text = JSONWriter.bytes(.object(written.json(for: try TinyModel().configuration)), style: .pretty)
        let parsed = try #require(try JSONParser.parse(text, source: "adapter_config.json").objectValue)
        #expect(try AdapterConfiguration(json: parsed, file: "adapter_config.json") == written)
    }

    @Test func targetsMayBeOneNameOrAll() throws {
        func targets(_ value: JSONValue) throws -> Set<LinearLayer> {
            try AdapterConfiguration(json: try Self.object { $0["target_modules"] = value }, file: "f").targets
        }
        #expect(try targets(.string("all-linear")) == Set(LinearLayer.allCases))
        #expect(try targets(.string("k_proj")) == [.key])
        #expect(try targets(.array([.string("c_attn"), .string("mlp.c_proj")])) == [.queryKeyValue, .down])
        #expect(try targets(.string("c_proj")) == [.attentionOutput, .down])
        #expect(try targets(.array([.string("down_proj"), .string("up_proj"), .string("up_proj")])) == [.down, .up])
    }

    @Test func targetsAreThoseThatTheModelHas() throws {
        let model = try TinyModel().configuration
        let every = try AdapterConfiguration(rank: 2, alpha: 4).fitting(model)
        #expect(every.targets == [.query, .key, .value, .attentionOutput, .gate, .up, .down])
        let fused = try AdapterConfiguration(rank: 2, alpha: 4, targets: [.query, .queryKeyValue])
        let error = #expect(throws: LanguageModelsError.self) { try fused.fitting(model) }
        #expect(
            error?.description
                == "adapter: the model has no layer qkv_proj; it has "
                + "q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj")
    }

    /// What PEFT leaves out or writes as null changes nothing.
    @Test func harmlessSettingsArePassedOver() throws {
        let plain = try AdapterConfiguration(json: try Self.object(), file: "f")
        let bare: JSONObject = [
            "peft_type": .string("LORA"), "r": .int(8), "lora_alpha": .int(16), "use_dora": .null, "bias": .null,
            "target_modules": .array([.string("q_proj"), .string("v_proj")]), "modules_to_save": .array([]),
            "lora_dropout": .double(0.1), "base_model_name_or_path": .string("m"), "some_new_key": .bool(true),
        ]
        #expect(try AdapterConfiguration(json: bare, file: "f") == plain)
    }

    static let damage: [(key: String, value: JSONValue?, expected: String)] = [
        ("peft_type", nil, "peft_type (none) is not supported"),
        ("peft_type", .string("IA3"), "peft_type IA3 is not supported"),
        ("r", nil, "r, lora_alpha: missing or no numbers"),
        ("r", .string("8"), "r, lora_alpha: missing or no numbers"),
        ("r", .double(8.5), "r, lora_alpha: missing or no numbers"),
        ("r", .int(0), "rank 0, alpha 16.0 and 2 targets make no adapter"),
        ("r", .int(-3), "rank -3, alpha 16.0 and 2 targets make no adapter"),
        ("r", .int(1 << 40), "rank 1099511627776, alpha 16.0 and 2 targets make no adapter"),
        ("lora_alpha", nil, "r, lora_alpha: missing or no numbers"),
        ("lora_alpha", .int(0), "rank 8, alpha 0.0 and 2 targets make no adapter"),
        ("target_modules", nil, "target_modules: missing"),
        ("target_modules", .array([]), "target_modules: missing"),
        ("target_modules", .null, "target module null is not supported"),
        ("target_modules", .string(".*_proj"), "target module \".*_proj\" is not supported"),
        ("target_modules", .array([.string("q_proj"), .string("lm_head")]), "target module \"lm_head\" is not"),
        ("target_modules", .array([.int(3)]), "target module 3 is not supported"),
        ("use_dora", .string("yes"), "use_dora = \"yes\" is not supported"),
        ("bias", .string("all"), "bias = \"all\" is not supported"),
        ("lora_bias", .bool(true), "lora_bias = true is not supported"),
        ("rank_pattern", .object(["q_proj": .int(4)]), "rank_pattern = {\"q_proj\": 4} is not supported"),
        ("alpha_pattern", .object(["q_proj": .int(4)]), "alpha_pattern = {\"q_proj\": 4} is not supported"),
        ("modules_to_save", .array([.string("norm")]), "modules_to_save = \"norm\" is not supported"),
        ("modules_to_save", .string("lm_head"), "modules_to_save = \"lm_head\" is not supported"),
        ("layers_to_transform", .array([.int(0)]), "layers_to_transform = [0] is not supported"),
        ("layer_replication", .array([]), "layer_replication = [] is not supported"),
        ("trainable_token_indices", .array([.int(1)]), "trainable_token_indices = [1] is not supported"),
        ("target_parameters", .array([]), "target_parameters = [] is not supported"),
        ("exclude_modules", .string("k_proj"), "exclude_modules = \"k_proj\" is not supported"),
    ]

    @Test(arguments: damage.indices)
    func settingsThatChangeTheMathematicsAreRefused(place: Int) throws {
        let (key, value, expected) = Self.damage[place]
        let object = try Self.object { $0[key] = value }
        let error = #expect(throws: LanguageModelsError.self, "\(key)") {
            try AdapterConfiguration(json: object, file: "adapter_config.json")
        }
        let text = error?.description ?? ""
        #expect(text.hasPrefix("adapter_config.json: \(expected)"), "\(text)")
    }

    @Test(arguments: [(0, 1.0), (4097, 1), (4, 0), (4, -1), (4, .infinity), (4, .nan)])
    func adaptersThatCannotBeAreRefused(rank: Int, alpha: Double) {
        #expect(throws: LanguageModelsError.self) { try AdapterConfiguration(rank: rank, alpha: alpha) }
    }
}
