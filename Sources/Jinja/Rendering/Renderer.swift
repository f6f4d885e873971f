/// One rendering of a template: what is written so far, the variables, and what may still be spent.
final class Renderer {
    private(set) var output = ""
    var activation: Activation
    /// The template's own variables.
    let root: Activation
    /// The line of the statement that runs.
    var line = 0
    /// Whether printed values are escaped, as in `{% autoescape true %}`.
    var escapesOutput = false
    /// Levels of calls, each weighed by how deeply it is nested in its body.
    private(set) var callDepth = 0
    let limits: JinjaLimits
    let clock: JinjaClock
    private(set) var generationSpans: [GenerationSpan] = []

    private var stepsLeft: Int
    private var captures = 0
    /// How much was written outside of all macros and blocks when the outermost of them began.
    private var outerByteCount = 0
    /// What can hold itself, or a long chain of its like; emptied at the end, one by one.
    private var namespaces: [Namespace] = []
    private var capturedActivations: [Activation] = []
    private var filterTexts: [JinjaValue] = []

    init(root: Activation, limits: JinjaLimits, clock: JinjaClock) {
        activation = root
        self.root = root
        self.limits = limits
        self.clock = clock
        stepsLeft = limits.steps
    }

    /// Frees what refers to itself.
    func tearDown() {
        for namespace in namespaces { namespace.clear() }
        for activation in capturedActivations { activation.clear() }
    }

    // MARK: Limits

    /// Takes steps off the budget.
    @inline(__always)
    func charge(_ steps: Int) throws(JinjaError) {
        stepsLeft -= steps
        guard stepsLeft >= 0 else { throw .limit(.steps(limit: limits.steps)) }
    }

    /// Takes the work on so many bytes of text off the budget.
    @inline(__always)
    func charge(bytes: Int) throws(JinjaError) { try charge(bytes >> 6) }

    func checkLength(_ byteCount: Int) throws(JinjaError) {
        guard byteCount <= limits.textBytes else { throw .limit(.textBytes(limit: limits.textBytes)) }
    }

    func joined(_ first: String, _ second: String) throws(JinjaError) -> String {
        let count = first.utf8.count + second.utf8.count
        try checkLength(count)
        try charge(bytes: count)
        return first + second
    }

    func repeated(_ text: String, _ count: Int) throws(JinjaError) -> String {
        let (bytes, overflows) = text.utf8.count.multipliedReportingOverflow(by: count)
        guard !overflows, bytes <= limits.textBytes else { throw .limit(.textBytes(limit: limits.textBytes)) }
        try charge(bytes: bytes)
        return text.isEmpty ? "" : String(repeating: text, count: count)
    }

    func repeated(_ elements: [JinjaValue], _ count: Int) throws(JinjaError) -> [JinjaValue] {
        let (total, overflows) = elements.count.multipliedReportingOverflow(by: count)
        guard !overflows else { throw .limit(.steps(limit: limits.steps)) }
        try charge(total)
        if elements.isEmpty { return [] }
        return Array(repeatElement(elements, count: count).joined())
    }

    /// Runs a body one or more levels deeper, no deeper than the native stack allows.
    func deeper<Result>(
        by levels: Int, _ body: () throws(JinjaError) -> Result
    ) throws(JinjaError) -> Result {
        guard callDepth + levels <= JinjaLimits.callDepth else {
            throw .limit(.callDepth(limit: JinjaLimits.callDepth))
        }
        callDepth += levels
        defer { callDepth -= levels }
        return try body()
    }

    // MARK: Output

    @inline(__always)
    func write(_ text: String) throws(JinjaError) {
        guard output.utf8.count + text.utf8.count <= limits.outputBytes else {
            throw .limit(.outputBytes(limit: limits.outputBytes))
        }
        output += text
    }

    func write(_ value: JinjaValue) throws(JinjaError) {
        if case .string(let text) = value, !escapesOutput { return try write(text) }
        if escapesOutput { return try write(HTML.markup(value)) }
        try write(printed(value))
    }

    /// What a body writes, as a text instead of to the output.
    func captured(_ body: () throws(JinjaError) -> Void) throws(JinjaError) -> String {
        if captures == 0 { outerByteCount = output.utf8.count }
        captures += 1
        let outer = output
        output = ""
        defer {
            captures -= 1
            output = outer
        }
        try body()
        try charge(bytes: output.utf8.count)
        return output
    }

    /// Writes what a body writes, and notes where that is.
    func writeGeneration(_ body: () throws(JinjaError) -> Void) throws(JinjaError) {
        let isCaptured = captures > 0
        let start = isCaptured ? outerByteCount : output.utf8.count
        let text = try captured(body)
        generationSpans.append(
            GenerationSpan(range: start..<start + text.utf8.count, isDisplaced: isCaptured))
        try write(text)
    }

    /// Text of a block that filters work on.
    func filtering(
        _ text: JinjaValue, _ body: () throws(JinjaError) -> JinjaValue
    ) throws(JinjaError) -> JinjaValue {
        filterTexts.append(text)
        defer { filterTexts.removeLast() }
        return try body()
    }

    var filterText: JinjaValue { filterTexts.last ?? .string("") }

    // MARK: Objects

    func makeNamespace() -> Namespace {
        let namespace = Namespace()
        namespaces.append(namespace)
        return namespace
    }

    /// Notes that a macro holds on to the variables that it sees.
    func retainActivation() {
        guard !activation.isCaptured else { return }
        activation.isCaptured = true
        capturedActivations.append(activation)
    }
}
