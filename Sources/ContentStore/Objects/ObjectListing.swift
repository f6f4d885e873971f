import SystemPackage

/// What the folder of objects holds.
struct ObjectListing {
    /// Every object, sorted.
    var ids: [ObjectID] = []
    /// Those that are kept in parts alone.
    var inParts: Set<ObjectID> = []
    /// Those that have a parts file beside the whole: it is of no use any more.
    var superseded: Set<ObjectID> = []
    /// Files that are no objects.
    var strangers: [FilePath] = []
}
