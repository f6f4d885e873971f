/// Cuts text into the words that a model encodes one by one.
struct PreTokenizer: Sendable {
    enum Step: Sendable {
        case split(Splitter, SplitBehaviour, inverted: Bool)
        /// A space before a part that does not begin with one.
        case prefixSpace
        case metaspace(Metaspace)
        case cutBeforeMarks(SpaceMarkCut)
    }

    var steps: [Step] = []

    func cut(_ text: inout PreTokenizedText) {
        for step in steps {
            switch step {
            case .split(let splitter, .isolated, _): text.isolate(splitter)
            case .split(let splitter, let behaviour, let inverted):
                text.split(splitter, behaviour, inverted: inverted)
            case .prefixSpace: text.prefix(with: [0x20], unlessBeginningWith: [0x20])
            case .metaspace(let metaspace): metaspace.apply(to: &text)
            case .cutBeforeMarks(let cut): cut.apply(to: &text)
            }
        }
    }
}
