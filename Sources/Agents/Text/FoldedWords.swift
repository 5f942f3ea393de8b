/// Text cut into the words that keyword lists and handles are compared by.
///
/// Folded are case and width (full-width, mathematical and circled letters are their plain ones); everything that is not
/// a letter or a digit separates words, also hyphens, underscores, `#` and `@`.
enum FoldedWords {
    /// The words of a text in order. Plain ASCII, which most text is, takes a path without Unicode tables.
    static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        func end() {
            guard !word.isEmpty else { return }
            words.append(String(decoding: word, as: UTF8.self))
            word.removeAll(keepingCapacity: true)
        }
        for scalar in text.unicodeScalars {
            switch fold(scalar, isInside: !word.isEmpty) {
            case .letter(let byte): word.append(byte)
            case .scalars(let folded): word.append(contentsOf: folded.utf8)
            case .separator: end()
            case .nothing: break
            }
        }
        end()
        return words
    }

    /// All letters and digits of a text, without what stands between them.
    static func squish(_ text: String) -> String { split(text).joined() }

    private enum Folded {
        case letter(UInt8)
        case scalars(String)
        case separator
        /// Left out without ending the word: soft hyphens, variation selectors.
        case nothing
    }

    private static func fold(_ scalar: Unicode.Scalar, isInside: Bool) -> Folded {
        switch scalar.value {
        case 0x30...0x39, 0x61...0x7A: return .letter(UInt8(scalar.value))
        case 0x41...0x5A: return .letter(UInt8(scalar.value + 32))
        case 0..<0x80: return .separator
        // Full-width forms lie in ASCII's order.
        case 0xFF01...0xFF5E:
            return Unicode.Scalar(scalar.value - 0xFEE0).map { fold($0, isInside: isInside) } ?? .separator
        // Thirteen mathematical alphabets of 52 letters, favourites of video titles: 𝗔𝗜 is AI.
        case 0x1D400...0x1D6A3: return .letter(UInt8(97 + (scalar.value - 0x1D400) % 26))
        case 0x1D7CE...0x1D7FF: return .letter(UInt8(48 + (scalar.value - 0x1D7CE) % 10))
        case 0x24B6...0x24E9: return .letter(UInt8(97 + (scalar.value - 0x24B6) % 26))
        default: return foldByProperties(scalar, isInside: isInside)
        }
    }

    private static func foldByProperties(_ scalar: Unicode.Scalar, isInside: Bool) -> Folded {
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint { return .nothing }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber:
            return .scalars(properties.lowercaseMapping)
        case .nonspacingMark, .spacingMark: return isInside ? .scalars(String(scalar)) : .separator
        default: return .separator
        }
    }
}
