import Foundation
import Kernels

/// Where the time of a computation went, as a table on standard error.
struct ProfileReport {
    private let profile: OperationProfile
    private let seconds: Double

    /// - Parameter seconds: of the whole; what no operation accounts for is told too.
    init(_ profile: OperationProfile, seconds: Double) {
        self.profile = profile
        self.seconds = seconds
    }

    func tell() {
        let entries = profile.entries.sorted { $0.value.seconds > $1.value.seconds }
        var table = Table([
            ("operation", .left), ("calls", .right), ("seconds", .right), ("share", .right), ("GFLOP/s", .right),
        ])
        for (operation, entry) in entries {
            table.add([
                operation.rawValue, Format.count(entry.calls), Self.decimal(entry.seconds, digits: 3),
                share(entry.seconds), entry.arithmetic > 0 ? Self.decimal(entry.gigaflops, digits: 0) : "",
            ])
        }
        let computing = entries.reduce(0) { $0 + $1.value.seconds }
        table.add([
            "everything else", "", Self.decimal(max(0, seconds - computing), digits: 3),
            share(max(0, seconds - computing)), "",
        ])
        Terminal.note(table.text)
    }

    private func share(_ part: Double) -> String {
        seconds > 0 ? "\(Self.decimal(part / seconds * 100, digits: 1)) %" : ""
    }

    private static func decimal(_ value: Double, digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }
}
