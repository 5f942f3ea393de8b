/// A token of the settings, which can be compared in one way and do nothing else.
struct Token: Sendable {
    private let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    /// Takes as long for any two texts of the same length, wherever they differ from the token.
    func isEqual(to given: some Collection<UInt8>) -> Bool {
        var difference: UInt8 = given.count == bytes.count ? 0 : 1
        for (index, byte) in given.enumerated() {
            difference |= byte ^ (bytes.isEmpty ? 0xff : bytes[index % bytes.count])
        }
        return difference == 0
    }
}
