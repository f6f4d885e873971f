import ContentStore
import Foundation
import Testing

@testable import FuzzTargets

/// The target for objects in parts reaches what it is for: the fixtures are joined, or refused for what they say.
@Suite struct PartsTargetTests {
    private func fixture(_ name: String) throws -> [UInt8] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return [UInt8](try Data(contentsOf: root.appendingPathComponent("fixtures/fuzz/parts/\(name)")))
    }

    @Test(arguments: ["sound", "sound-in-more"])
    func soundFilesAreJoined(name: String) throws {
        try FuzzTarget.joinParts(try fixture(name))
    }

    @Test(arguments: ["another-object", "repeated"])
    func otherBytesThanTheObjectsAreRefused(name: String) throws {
        let error = #expect(throws: ContentStoreError.self) { try FuzzTarget.joinParts(try fixture(name)) }
        guard case .damagedObject = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Else hardly any input would be looked into.
    @Test(arguments: ["sound", "sound-in-more", "another-object", "repeated", "out-of-order"])
    func theCheckIsMadeToFit(name: String) throws {
        let file = try fixture(name)
        for place in file.count - 16..<file.count {
            var spoilt = file
            spoilt[place] ^= 0x41
            #expect(FuzzTarget.withFittingCheck(spoilt) == file, "byte \(place)")
        }
    }

    @Test func piecesOutOfOrderAreRefused() throws {
        let error = #expect(throws: ContentStoreError.self) { try FuzzTarget.joinParts(try fixture("out-of-order")) }
        guard case .malformedParts(_, _, "piece 0 does not follow the one before") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Every byte of the file: where its check does not fit it is damaged, whatever it says.
    @Test func everyFlippedByteIsRefused() throws {
        let sound = try fixture("sound")
        for place in sound.indices {
            var flipped = sound
            flipped[place] ^= 0x41
            let error = #expect(throws: ContentStoreError.self, "byte \(place)") { try FuzzTarget.joinParts(flipped) }
            guard case .damagedObject = error else {
                Issue.record("byte \(place): \(String(describing: error))")
                continue
            }
        }
    }
}
