import Foundation

/// The target that the environment names in `DS_FUZZ_TARGET`.
private let target = ProcessInfo.processInfo.environment["DS_FUZZ_TARGET"].flatMap(FuzzTarget.init(rawValue:))

/// What libFuzzer calls with every input it makes.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard let target else {
        FileHandle.standardError.write(
            Data("DS_FUZZ_TARGET is none of: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))\n".utf8))
        exit(2)
    }
    target.read(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
