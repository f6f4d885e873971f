import DatasetFormats
import Foundation
import SystemPackage
import Testing

@Suite struct UnnamedFileTests {
    /// Bytes that tell which piece they are of.
    private static func piece(_ index: Int) -> [UInt8] {
        (0..<index * 37 % 5000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ index) }
    }

    @Test func whatSeveralThreadsAppendIsThere() async throws {
        let file = try UnnamedFile()
        let places = try await withThrowingTaskGroup(of: (Int, Range<Int>).self) { group in
            for index in 0..<200 { group.addTask { (index, try file.append(Self.piece(index))) } }
            return try await group.reduce(into: [Int: Range<Int>]()) { $0[$1.0] = $1.1 }
        }
        #expect(places.count == 200)
        var buffer: [UInt8] = []
        for (index, range) in places {
            try file.read(range, into: &buffer)
            #expect(Array(buffer.prefix(range.count)) == Self.piece(index))
        }
        let ends = places.values.filter { !$0.isEmpty }.sorted { $0.lowerBound < $1.lowerBound }
        #expect(zip(ends, ends.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    }

    @Test func whatWasNotAppendedIsNotThere() throws {
        let file = try UnnamedFile()
        let range = try file.append([1, 2, 3])
        var buffer: [UInt8] = []
        #expect(throws: Errno.ioError) { try file.read(range.lowerBound..<range.upperBound + 1, into: &buffer) }
    }

    /// Nobody else can come to it, and none is left behind.
    @Test func itHasNoName() throws {
        let file = try UnnamedFile()
        _ = try file.append([1, 2, 3])
        let links = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }
        let start = UnnamedFile.folder.appending("ds-").string
        let own = links.filter { $0.hasPrefix(start) && $0.hasSuffix(" (deleted)") }
        #expect(!own.isEmpty)
        withExtendedLifetime(file) {}
    }
}
