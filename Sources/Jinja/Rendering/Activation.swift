/// The variables of one call of a template, a macro or a block.
final class Activation {
    private var slots: [JinjaValue]
    let parent: Activation?
    /// Whether a macro holds on to it.
    var isCaptured = false

    init(slots: [JinjaValue], parent: Activation?) {
        self.slots = slots
        self.parent = parent
    }

    @inline(__always)
    subscript(slot: Int) -> JinjaValue {
        get { slots[slot] }
        set { slots[slot] = newValue }
    }

    func clear() { slots.removeAll() }
}
