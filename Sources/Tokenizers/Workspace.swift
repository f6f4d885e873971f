/// Memory that encoding needs, kept from one text to the next.
struct Workspace {
    var text = PreTokenizedText()
    var merger = SymbolMerger()
    var lattice = UnigramLattice()
    var cache = WordCache()
}
