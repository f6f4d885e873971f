/// Trainings of the tiny model that tests make.
enum TinyTraining {
    static func arguments(out: String, _ more: String...) -> [String] {
        [
            "train", "--model", "tiny", "--dataset", "identity_fofabot", "--out", out, "--learning-rate", "2e-3",
            "--num-train-epochs", "5",
        ] + more
    }

    /// The same arguments with an option's value changed, or the option added.
    static func replacing(_ option: String, with value: String, in arguments: [String]) -> [String] {
        guard let place = arguments.firstIndex(of: option) else { return arguments + [option, value] }
        return arguments.enumerated().map { $0.offset == place + 1 ? value : $0.element }
    }

    /// A store with the tiny model and the filled-in identity set.
    static func workplace() throws -> Workplace {
        let place = try Workplace()
        try place.program.run("add", "identity")
        try place.program.run("fork", "identity", "--set", "NAME=FOFABot", "--set", "AUTHOR=HuaShunXinAn")
        try place.program.run("model", "add", Program.fixture("tiny-chat.gguf").path, "--name", "tiny")
        return place
    }
}
