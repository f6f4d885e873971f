/// What becomes of the matches of a cut, by the names of Hugging Face's tokenizers.
enum SplitBehaviour: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"
}
