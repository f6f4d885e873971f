import ArgumentParser

/// What becomes of rows that cannot be learnt from.
struct StrictnessOptions: ParsableArguments {
    @Flag(help: "Fail where a row would be skipped.") var strict = false
}
