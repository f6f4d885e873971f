extension Tensor {
    /// An element of a wide tensor, in the order of rows.
    subscript(wide index: Int) -> Double {
        get {
            elementSize == 8
                ? pointer.load(fromByteOffset: index * 8, as: Double.self)
                : Double(pointer.load(fromByteOffset: index * 4, as: Float.self))
        }
        nonmutating set {
            if elementSize == 8 {
                pointer.storeBytes(of: newValue, toByteOffset: index * 8, as: Double.self)
            } else {
                pointer.storeBytes(of: Float(newValue), toByteOffset: index * 4, as: Float.self)
            }
        }
    }
}

extension ComputeContext {
    /// Columns that a left factor of this depth must have, the rest zeros.
    func paddedDepth(_ depth: Int) -> Int {
        let multiple = max(1, Int(kernels.pointee.depthMultiple))
        return (depth + multiple - 1) / multiple * multiple
    }
}
