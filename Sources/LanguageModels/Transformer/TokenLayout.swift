import Kernels

/// Tokens on their way through a model: what every block needs to know about them.
struct TokenLayout: Sendable {
    let positions: [Int32]
    let segments: [AttentionSegment]
    var count: Int { positions.count }
}
