#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The largest singular values of a matrix, and their vectors, by subspace iteration (Halko, Martinsson and Tropp 2011,
/// algorithm 4.4): W ≈ U diag(values) V.
struct PrincipalComponents {
    /// Descending.
    let values: [Double]
    /// `[rank, rows]` and `[rank, columns]`: vectors in rows.
    let left: [[Double]]
    let right: [[Double]]

    /// Vectors beyond the rank, which make the iteration quick.
    private static let oversampling = 8

    /// - Parameters:
    ///   - matrix: `[rows, columns]`.
    ///   - rank: at most the smaller side.
    ///   - iterations: of the subspace.
    init(_ matrix: [Float], rows: Int, columns: Int, rank: Int, iterations: Int, seed: UInt64) {
        precondition(matrix.count == rows * columns && rank > 0 && rank <= min(rows, columns))
        let width = min(rank + Self.oversampling, min(rows, columns))
        var random = SplitMix64(seed: seed)
        var basis = (0..<width).map { _ in (0..<columns).map { _ in random.nextNormal() } }
        Self.orthonormalise(&basis)
        for _ in 0..<iterations {
            var images = Self.product(matrix, rows: rows, columns: columns, basis)
            Self.orthonormalise(&images)
            basis = Self.transposedProduct(matrix, rows: rows, columns: columns, images)
            Self.orthonormalise(&basis)
        }
        // W restricted to the basis, `[width, rows]`; its Gram matrix has the squared singular values.
        let images = Self.product(matrix, rows: rows, columns: columns, basis)
        let gram = images.map { a in images.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
        let (eigenvalues, vectors) = Self.symmetricEigen(gram)
        let order = eigenvalues.indices.sorted { eigenvalues[$0] > eigenvalues[$1] }.prefix(rank)
        func mixed(_ parts: [[Double]], _ index: Int) -> [Double] {
            var sum = [Double](repeating: 0, count: parts[0].count)
            for (part, row) in zip(parts, vectors) {
                for place in sum.indices { sum[place] += row[index] * part[place] }
            }
            return sum
        }
        values = order.map { max(0, eigenvalues[$0]).squareRoot() }
        right = order.map { mixed(basis, $0) }
        left = order.map { index in
            let value = max(0, eigenvalues[index]).squareRoot()
            return mixed(images, index).map { value > 0 ? $0 / value : 0 }
        }
    }

    /// W v of each vector.
    private static func product(_ matrix: [Float], rows: Int, columns: Int, _ vectors: [[Double]]) -> [[Double]] {
        matrix.withUnsafeBufferPointer { matrix in
            vectors.map { vector in
                vector.withUnsafeBufferPointer { vector in
                    (0..<rows).map { row in
                        var sum = 0.0
                        for column in 0..<columns { sum += Double(matrix[row * columns + column]) * vector[column] }
                        return sum
                    }
                }
            }
        }
    }

    /// Wᵀ v of each vector.
    private static func transposedProduct(
        _ matrix: [Float], rows: Int, columns: Int, _ vectors: [[Double]]
    ) -> [[Double]] {
        matrix.withUnsafeBufferPointer { matrix in
            vectors.map { vector in
                var result = [Double](repeating: 0, count: columns)
                result.withUnsafeMutableBufferPointer { result in
                    for row in 0..<rows {
                        let factor = vector[row]
                        for column in 0..<columns { result[column] += factor * Double(matrix[row * columns + column]) }
                    }
                }
                return result
            }
        }
    }

    /// Gram and Schmidt, twice, which is enough; a vector that is nothing but the others becomes zero.
    private static func orthonormalise(_ vectors: inout [[Double]]) {
        for index in vectors.indices {
            for _ in 0..<2 {
                for before in 0..<index {
                    let share = zip(vectors[index], vectors[before]).reduce(0) { $0 + $1.0 * $1.1 }
                    for place in vectors[index].indices { vectors[index][place] -= share * vectors[before][place] }
                }
            }
            let norm = vectors[index].reduce(0) { $0 + $1 * $1 }.squareRoot()
            let scale = norm > 1e-300 ? 1 / norm : 0
            for place in vectors[index].indices { vectors[index][place] *= scale }
        }
    }

    /// Eigenvalues and eigenvectors, in columns, of a symmetric matrix, by Jacobi's rotations.
    private static func symmetricEigen(_ matrix: [[Double]]) -> (values: [Double], vectors: [[Double]]) {
        var a = matrix
        let size = a.count
        var vectors = (0..<size).map { row in (0..<size).map { $0 == row ? 1.0 : 0 } }
        for _ in 0..<60 {
            var rest = 0.0
            for p in 0..<size { for q in 0..<size where q != p { rest += a[p][q] * a[p][q] } }
            let whole = rest + (0..<size).reduce(0) { $0 + a[$1][$1] * a[$1][$1] }
            if rest <= 1e-28 * whole { break }
            for p in 0..<size {
                for q in p + 1..<max(p + 1, size) where a[p][q] != 0 {
                    let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
                    let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
                    let c = 1 / (t * t + 1).squareRoot()
                    let s = t * c
                    for k in 0..<size { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
                    for k in 0..<size { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
                    for k in 0..<size {
                        (vectors[k][p], vectors[k][q]) =
                            (c * vectors[k][p] - s * vectors[k][q], s * vectors[k][p] + c * vectors[k][q])
                    }
                }
            }
        }
        return ((0..<size).map { a[$0][$0] }, vectors)
    }
}
