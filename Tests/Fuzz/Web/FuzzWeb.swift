import FuzzSupport

/// An input is what a connection brings, behind a letter: over which way it comes, and what the daemon is like (see
/// ``WebTrial/Manner``).
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWeb(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let input = UnsafeBufferPointer(start: start, count: count)
    guard let letter = input.first else { return 0 }
    WebTrial(WebTrial.Manner(letter)).judge(Array(input.dropFirst()))
    return 0
}
