/// When two handles or names are the same, or nearly (TR-02, K54).
enum HandleRules {
    /// How many letters of either end of a handle are indexed; a handle twice as long keeps one end through any one edit.
    private static let endLength = 5

    /// Lower case, letters and digits only (TR-02); of a profile's address the last part of its path.
    static func squish(_ handle: String) -> String {
        guard handle.utf8.contains(UInt8(ascii: "/")) else { return FoldedWords.squish(handle) }
        let path = handle.prefix { $0 != "?" && $0 != "#" }
        return FoldedWords.squish(String(path.split(separator: "/").last ?? ""))
    }

    /// What a display name is compared by; `nil` for names of one word, because a first name alone says nothing.
    static func nameKey(_ name: String?, lengthMin: Int) -> String? {
        guard let name else { return nil }
        let words = FoldedWords.split(name)
        let key = words.joined()
        return words.count > 1 && key.count >= lengthMin ? key : nil
    }

    static func ends(of squished: String) -> [String] {
        ["^" + squished.prefix(endLength), squished.suffix(endLength) + "$"]
    }

    /// Whether one letter more, less or other makes one squished handle of the other. A differing digit does not count:
    /// `maria1985` and `maria1986` are two people.
    static func isNear(_ a: String, _ b: String) -> Bool {
        let (short, long) =
            a.utf8.count <= b.utf8.count ? (Array(a.utf8), Array(b.utf8)) : (Array(b.utf8), Array(a.utf8))
        guard long.count - short.count <= 1, a != b else { return false }
        let difference = zip(short, long).prefix { $0 == $1 }.count
        let isSubstitution = short.count == long.count
        guard short[(difference + (isSubstitution ? 1 : 0))...].elementsEqual(long[(difference + 1)...]) else {
            return false
        }
        return !isDigit(long[difference]) && !(isSubstitution && isDigit(short[difference]))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
