import ArgumentParser

/// As what a row can be looked at.
enum PreviewForm: String, ExpressibleByArgument, CaseIterable {
    /// As it stands in its file.
    case row
    case conversation
    /// As the template writes it.
    case text
    /// As the model sees it, with what it learns.
    case tokens
}
