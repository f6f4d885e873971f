/// The pre-tokenisers that GGUF files name under `tokenizer.ggml.pre`.
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

    /// Those under which a word that is a token is that token.
    static let ignoringMerges: Set<String> = ["llama3", "llama-v3", "llama-bpe", "falcon3", "pixtral", "tekken"]

    static var names: [String] { patterns.keys.sorted() }

    /// The regular expressions of a pre-tokeniser, which cut one after another; nil for a name that is not here.
    static func expressions(of name: String) -> [String]? { patterns[name] }

    /// The name under which llama.cpp knows regular expressions that cut one after another.
    static func name(of expressions: [String]) -> String? {
        let written = expressions.map(asciiCaseless)
        let usual = ["gpt-2", "llama-bpe", "qwen2", "smollm", "deepseek-v3", "tekken"]
        return usual.first { patterns[$0] == written }
    }

    private static let digitsThenGPT2 = [#"\p{N}"#, WordPattern.gpt2Text]
    /// llama.cpp writes the contractions' cases out.
    private static let llama3 = [asciiCaseless(PatternText.llama3)]
    private static let qwen2 = [asciiCaseless(PatternText.qwen2)]

    private static func asciiCaseless(_ pattern: String) -> String {
        let group = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
        let written = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"
        return pattern.hasPrefix(group) ? written + pattern.dropFirst(group.count) : pattern
    }

    private static let patterns: [String: [String]] = {
        var patterns: [String: [String]] = [
            "default": [
                #"[\p{P}\$\+<=>\^~\|]+"#, WordPattern.gpt2Text, #"\p{N}+"#, #"[0-9][0-9][0-9]"#,
            ],
            "deepseek-v3": PatternText.deepSeek3, "tekken": [PatternText.tekken],
        ]
        for name in ["gpt-2", "phi-2", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "mpt", "olmo", "jais"] {
            patterns[name] = [WordPattern.gpt2Text]
        }
        for name in ["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"] {
            patterns[name] = digitsThenGPT2
        }
        for name in [
            "llama3", "llama-v3", "llama-bpe", "falcon3", "pixtral", "glm4", "chatglm-bpe", "dbrx", "smaug-bpe",
        ] {
            patterns[name] = llama3
        }
        for name in ["qwen2", "stablelm2", "deepseek-r1-qwen", "megrez"] { patterns[name] = qwen2 }
        return patterns
    }()
}
