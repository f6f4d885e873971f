/// A template of jinja2's language as chat templates use it: parsed once, rendered often.
///
/// It behaves as jinja2's `ImmutableSandboxedEnvironment` with `trim_blocks`, `lstrip_blocks`, loop controls and the
/// tag `generation`, which is how transformers renders `chat_template`:
///
///     let template = try JinjaTemplate("{% for m in messages %}{{ m.content }}{% endfor %}")
///     let rendered = try template.render(["messages": messages])
public struct JinjaTemplate: Sendable {
    /// What a template was rendered to.
    public struct Output: Sendable, Hashable {
        public let text: String
        /// What `{% generation %}` marks, in the order in which the blocks end.
        public let generationSpans: [GenerationSpan]
    }

    private let body: CompiledBody
    private let entries: [ScopeEntry]
    private let slotCount: Int
    /// The names that the template reads and does not set before, with the value where nobody gives one.
    private let inputs: [(name: String, slot: Int, absent: Undefined)]
    private let blocks: [String: BlockDefinition]
    /// Whether the template has the tag `generation`.
    public let marksGeneration: Bool

    /// - Throws: `JinjaError.syntax` where the source is no template, and `JinjaError.failed` for what Python would
    ///   refuse in it.
    public init(_ source: String) throws(JinjaError) {
        let statements = try Parser.statements(of: source)
        let scope = Scope(parent: nil, function: FunctionFrame(depth: 0))
        scope.declareStores(of: NameAnalysis(statements))
        var compiler = Compiler()
        body = try compiler.compile(statements, Compiler.Place(scope: scope))
        entries = scope.entries
        inputs = scope.contextNames.map { ($0.name, $0.slot, .name($0.name)) }
        slotCount = scope.function.slotCount
        blocks = compiler.blocks
        marksGeneration = Self.marksGeneration(statements)
    }

    /// - Parameters:
    ///   - context: the values of the names that the template may use.
    ///   - clock: the time that `strftime_now` tells.
    /// - Throws: `JinjaError` with the line where the rendering ended.
    public func render(
        _ context: [String: JinjaValue], limits: JinjaLimits = JinjaLimits(), clock: JinjaClock = .system
    ) throws(JinjaError) -> Output {
        let root = Activation(slots: [JinjaValue](repeating: .none, count: slotCount), parent: nil)
        let renderer = Renderer(root: root, limits: limits, clock: clock)
        for input in inputs {
            root[input.slot] = context[input.name] ?? global(input.name) ?? .undefined(input.absent)
        }
        renderer.retainActivation()
        defer { renderer.tearDown() }
        do throws(JinjaError) {
            entries.enter(renderer)
            _ = try body.run(renderer)
        } catch {
            throw error.at(line: renderer.line)
        }
        return Output(text: renderer.output, generationSpans: renderer.generationSpans)
    }

    private func global(_ name: String) -> JinjaValue? {
        if name == "self" { return .object(SelfObject(blocks)) }
        return Globals.all[name].map { .object(BuiltinFunction(name, $0)) }
    }

    private static func marksGeneration(_ body: [StatementSyntax]) -> Bool {
        body.contains { statement in
            switch statement.kind {
            case .generation: true
            case .condition(let branches, let otherwise):
                branches.contains { marksGeneration($0.body) } || marksGeneration(otherwise)
            case .loop(let loop): marksGeneration(loop.body) || marksGeneration(loop.otherwise)
            case .blockAssignment(_, _, let body), .filterBlock(_, let body), .with(_, let body),
                .block(_, let body), .autoescape(_, let body):
                marksGeneration(body)
            case .macro(_, let macro): marksGeneration(macro.body)
            case .callBlock(_, let caller): marksGeneration(caller.body)
            case .text, .output, .assignment, .requiredBlock, .breakLoop, .continueLoop, .load: false
            }
        }
    }
}
