/// Words of a command that a person copies into a shell.
public enum ShellWord {
    /// The word as a POSIX shell reads it back.
    public static func quoted(_ word: String) -> String {
        guard word.isEmpty || !word.unicodeScalars.allSatisfy(isPlain) else { return word }
        return "'" + word.replacing("'", with: #"'\''"#) + "'"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || "_-./=:,@%+".unicodeScalars.contains(scalar)
    }
}
