/// What becomes of a name when a write ends: it stands for these versions, or for nothing.
struct NameMove: Hashable {
    let kind: ReferenceKind
    let name: ReferenceName
    let reference: Reference?
}
