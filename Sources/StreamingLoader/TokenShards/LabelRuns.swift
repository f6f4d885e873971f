/// An example's labels, short: where a label is its own token, and where it is another.
struct LabelRuns {
    struct Exception {
        let place: Int
        let label: Int32
    }

    private(set) var spans: [Range<Int>] = []
    private(set) var exceptions: [Exception] = []

    init(_ example: TrainingExample) {
        var start: Int?
        for (place, label) in example.labels.enumerated() {
            let isOwn = label == example.tokenIDs[place]
            if isOwn {
                if start == nil { start = place }
                continue
            }
            if let first = start { spans.append(first..<place) }
            start = nil
            if label != TrainingExample.ignoredLabel { exceptions.append(Exception(place: place, label: label)) }
        }
        if let first = start { spans.append(first..<example.count) }
    }
}
