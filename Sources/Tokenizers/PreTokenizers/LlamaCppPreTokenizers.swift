/// The pre-tokenisers that GGUF files name under `tokenizer.ggml.pre`.
///
/// Where llama.cpp only comes near a model's own pattern, as for o200k's, it is the model's own that is taken: the model
/// was trained with it.
enum LlamaCppPreTokenizers {
    /// Nil for a name that is not here.
    static func named(_ name: String) -> PreTokenizer? {
        guard let patterns = patterns[name] else { return nil }
        var steps: [PreTokenizer.Step] = []
        for pattern in patterns {
            // The patterns are our own, and the tests compile each.
            guard let splitter = try? Splitter(pattern: pattern) else { return nil }
            steps.append(.split(splitter, .isolated, inverted: false))
        }
        return PreTokenizer(steps: steps)
    }

    static var names: [String] { patterns.keys.sorted() }

    /// The regular expressions of a pre-tokeniser, which cut one after another; nil for a name that is not here.
    static func expressions(of name: String) -> [String]? { patterns[name] }

    /// The name under which llama.cpp knows regular expressions that cut one after another.
    static func name(of expressions: [String]) -> String? {
        let written = expressions.map(asciiCaseless)
        let usual = ["gpt-2", "llama-bpe", "qwen2", "smollm", "deepseek-v3", "tekken"]
        return usual.first { patterns[$0] == written }
    }

    /// Those under which a word that is a token is that token.
    static let ignoringMerges = Set(llama3Names + ["tekken", "youtu", "minicpm5"])

    private static let llama3Names = [
        "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano",
    ]

    /// What each name's text is cut by, one pattern after another.
    private static let patterns: [String: [String]] = {
        let gpt2 = WordPattern.gpt2Text
        let groups: [(names: [String], patterns: [String])] = [
            (["default"], [#"[\p{P}\$\+<=>\^~\|]+"#, gpt2, #"\p{N}+"#, #"[0-9][0-9][0-9]"#]),
            (["falcon"], [#"[\p{P}\$\+<=>\^~\|`]+"#, gpt2, #"[0-9][0-9][0-9]"#]),
            (
                [
                    "gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "exaone4", "gigachat",
                    "a.x-4.0", "mellum", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "jina-v1-en",
                    "jina-v2-code", "roberta-bpe",
                ], [gpt2]
            ),
            (
                [
                    "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b", "mellum2",
                ], [#"\p{N}"#, gpt2]
            ),
            (llama3Names + ["glm4", "chatglm-bpe", "dbrx", "smaug-bpe"], [PatternText.llama3]),
            (["minicpm5"], [#"\p{N}{1,3}"#, PatternText.miniCPM5]),
            (
                [
                    "qwen2", "stablelm2", "deepseek-r1-qwen", "kormo", "megrez", "hunyuan", "solar-open", "grok-2",
                ], [PatternText.qwen2]
            ),
            (["qwen35"], [PatternText.qwen35]),
            (["seed-coder"], [PatternText.seedCoder]),
            (["bailingmoe", "bailingmoe2", "llada-moe"], [PatternText.bailing]),
            (["gpt-4o", "llama4", "kanana2", "minimax-m2"], [PatternText.o200k]),
            (["tekken"], [PatternText.tekken]),
            (["kimi-k2"], [PatternText.kimi]),
            (["youtu"], PatternText.youtu),
            (["deepseek-llm"], PatternText.deepSeek),
            (["deepseek-coder"], PatternText.deepSeekCoder),
            (["deepseek-v3", "hunyuan-dense", "joyai-llm"], PatternText.deepSeek3),
            (["bloom", "poro-chat", "gpt3-finnish"], [PatternText.bloom]),
            (["viking"], [PatternText.bloom, #"\p{N}"#]),
            (["chameleon"], PatternText.chameleon),
        ]
        var patterns: [String: [String]] = [:]
        for group in groups {
            for name in group.names { patterns[name] = group.patterns.map(asciiCaseless) }
        }
        return patterns
    }()

    /// llama.cpp writes the contractions' cases out, so that ſ is no s.
    private static func asciiCaseless(_ pattern: String) -> String {
        pattern.replacing(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)", with: "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"
        ).replacing("'(?i:[sdmt]|ll|ve|re)", with: "'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])")
    }
}
