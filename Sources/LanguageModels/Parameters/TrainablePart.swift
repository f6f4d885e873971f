import Kernels

/// A part of a model that learns: an adapter, a value head, weights of the base.
public protocol TrainablePart: AnyObject, Sendable {
    /// In an order that never changes.
    var parameters: [TrainableParameter] { get }

    /// Makes the part ready for products again, after its parameters were changed.
    func pack()

    /// The sum of squares of all gradients, added in a fixed order.
    func gradientSquares() -> Double
}

extension TrainablePart {
    public func clearGradients() { for parameter in parameters { parameter.gradient.clear() } }

    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }
}
