/// The best ways to each place of a word; kept between words for its memory.
struct UnigramLattice {
    struct Node {
        /// The sum of the scores on the best way here.
        var score: Double
        /// Where the last token on it begins; -1 where there is no way yet.
        var start: Int
        var id: Int32
    }

    var nodes: [Node] = []
    var path: [Node] = []
}
