import ChatTemplates
import DatasetFormats
import Jinja
import SystemPackage

/// What the reference made of a template: a text with its spans, or an error.
struct JinjaGolden {
    /// Friday, 14 March 2025, 09:26:53, to which the reference's clock was set.
    static let clock = JinjaClock.fixed(
        year: 2025, month: 3, day: 14, weekday: 6, hour: 9, minute: 26, second: 53)

    let expected: JSONObject

    /// How what we make differs; nil where it does not.
    func difference(from template: JinjaTemplate?, _ context: [String: JinjaValue], _ failure: JinjaError?) -> String? {
        var failure = failure
        var found: JinjaTemplate.Output?
        if let template {
            do throws(JinjaError) {
                found = try template.render(context, clock: Self.clock)
            } catch {
                failure = error
            }
        }
        if let error = expected["error"]?.objectValue { return difference(error, found, failure) }
        guard let output = expected["output"]?.stringValue else { return "the golden has no output" }
        guard let found else { return "fails where the reference renders: \(failure.map(\.description) ?? "")" }
        return Self.firstDifference(found.text, output) ?? spanDifference(found)
    }

    private func difference(
        _ error: JSONObject, _ found: JinjaTemplate.Output?, _ failure: JinjaError?
    ) -> String? {
        let kind = error["kind"]?.stringValue ?? ""
        let name = error["class"]?.stringValue ?? ""
        guard let failure else { return "renders \(found?.text.prefix(60).debugDescription ?? "") instead of \(name)" }
        guard Self.isSame(failure, kind: kind, className: name) else {
            return "\(failure) instead of \(kind) (\(name))"
        }
        guard case .raised(let message, _) = failure, let wanted = error["message"]?.stringValue,
            !message.utf8.elementsEqual(wanted.utf8)
        else { return nil }
        return "raises \(message.debugDescription) instead of \(wanted.debugDescription)"
    }

    /// Kinds that stand for one class are compared as such; the rest, which share a kind, by their class.
    private static func isSame(_ failure: JinjaError, kind: String, className: String) -> Bool {
        switch failure {
        case .syntax: kind == "syntax"
        case .raised: kind == "raise_exception"
        case .failed(let failure, _, _):
            switch failure {
            case .undefined: kind == "undefined"
            case .type: kind == "type"
            case .value: kind == "value"
            case .zeroDivision: kind == "zero_division"
            case .security: kind == "security"
            case .templateRuntime, .filterArgument: kind == "template_runtime" || className == failure.rawValue
            case .overflow, .index, .key, .attribute, .assertion, .runtime, .pythonSyntax: className == failure.rawValue
            }
        case .limitExceeded: kind == "limit"
        }
    }

    private func spanDifference(_ found: JinjaTemplate.Output) -> String? {
        let wanted = (expected["generation_spans"]?.arrayValue ?? []).map { span in
            (span.arrayValue ?? []).compactMap(\.intValue)
        }
        let spans = found.generationSpans.map { span in
            [span.range.lowerBound, span.range.upperBound].map { Self.codePoints(in: found.text, before: $0) }
        }
        return spans == wanted ? nil : "marks \(spans) instead of \(wanted)"
    }

    private static func codePoints(in text: String, before end: Int) -> Int {
        text.utf8.prefix(end).reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }

    static func firstDifference(_ found: String, _ wanted: String) -> String? {
        guard !found.utf8.elementsEqual(wanted.utf8) else { return nil }
        let (first, second) = (Array(found.unicodeScalars), Array(wanted.unicodeScalars))
        let position = zip(first, second).prefix { $0 == $1 }.count
        func around(_ scalars: [Unicode.Scalar]) -> String {
            let part = scalars[max(0, position - 20)..<min(scalars.count, position + 40)]
            return String(String.UnicodeScalarView(part)).debugDescription
        }
        return "at code point \(position): \(around(first)) instead of \(around(second))"
    }
}
