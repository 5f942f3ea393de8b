internal import CCurl

/// Easy handles that wait for their next transfer: making one anew costs more than the transfer's other work.
///
/// Belongs to the engine's thread.
final class CurlHandles {
    private var idle: [UnsafeMutableRawPointer] = []
    /// A handle keeps a few kilobytes; a burst's worth of them need not stay.
    private static let idleMax = 32

    deinit {
        for handle in idle { curl_easy_cleanup(handle) }
    }

    /// A handle without any options; `nil` when there is no memory.
    func take() -> UnsafeMutableRawPointer? { idle.popLast() ?? curl_easy_init() }

    /// The handle is in no transfer any more; what it pointed to is forgotten.
    func giveBack(_ handle: UnsafeMutableRawPointer) {
        guard idle.count < CurlHandles.idleMax else { return curl_easy_cleanup(handle) }
        curl_easy_reset(handle)
        idle.append(handle)
    }
}
