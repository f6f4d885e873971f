extension Tensor {
    /// An element of a tensor of either type, widened, and rounded to nearest where it is replaced; for what is too small
    /// to be an operation.
    public subscript(row: Int, column: Int) -> Double {
        get {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns && !storage.isPlanned)
            return narrowValue(row * columns + column)
        }
        nonmutating set {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns)
            guard !storage.isPlanned else { return }
            setNarrowValue(newValue, at: row * columns + column)
        }
    }

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

    /// An element of a tensor of either type, widened.
    func narrowValue(_ index: Int) -> Double {
        guard elementSize == 2 else { return self[wide: index] }
        let bits = pointer.load(fromByteOffset: index * 2, as: UInt16.self)
        return Double(Float(bitPattern: UInt32(bits) << 16))
    }

    /// Replaces an element of a tensor of either type, rounded to nearest, ties to even.
    func setNarrowValue(_ value: Double, at index: Int) {
        guard elementSize == 2 else {
            self[wide: index] = value
            return
        }
        let bits = Float(value).bitPattern
        let rounded = bits &+ 0x7FFF &+ ((bits >> 16) & 1)
        pointer.storeBytes(of: UInt16(truncatingIfNeeded: rounded >> 16), toByteOffset: index * 2, as: UInt16.self)
    }
}

extension ComputeContext {
    /// Columns that a left factor of this depth must have, the rest zeros.
    func paddedDepth(_ depth: Int) -> Int {
        let multiple = max(1, Int(kernels.pointee.depthMultiple))
        return (depth + multiple - 1) / multiple * multiple
    }
}
