import Testing

@testable import Agents

@Suite struct HandleRulesTests {
    static let handles: [(String, String)] = [
        ("@Ada_Lovelace", "adalovelace"), ("ada.lovelace", "adalovelace"), ("Ada Lovelace", "adalovelace"),
        ("https://www.linkedin.com/in/ada-lovelace-42/", "adalovelace42"), ("https://x.com/ada?s=20", "ada"),
        ("___", ""), ("", ""), ("https://", "https"), ("Ａｄａ", "ada"), ("ÉMILE", "émile"),
    ]

    @Test("a handle is squished to lower-case letters and digits (TR-02)", arguments: handles)
    func squish(_ handle: String, _ squished: String) { #expect(HandleRules.squish(handle) == squished) }

    static let pairs: [(String, String, Bool)] = [
        ("adalovelace", "adalovelaces", true), ("adalovelace", "adalavelace", true),
        ("xadalovelace", "adalovelace", true),
        ("adalovelace", "adalovelace", false), ("adalovelace", "adalovlc", false),
        ("adalovelace", "daalovelace", false),
        ("maria1985aa", "maria1986aa", false), ("adalovelace", "adalovelace1", false),
        ("adalovelac1", "adalovelace", false),
    ]

    @Test("two handles are near when one letter, and no digit, differs (K54)", arguments: pairs)
    func near(_ a: String, _ b: String, _ isNear: Bool) {
        #expect(HandleRules.isNear(a, b) == isNear)
        #expect(HandleRules.isNear(b, a) == isNear)
    }

    @Test("any one edit of a handle of ten letters leaves one of its ends as it was")
    func ends() {
        let handle = "abcdefghij"
        for position in 0..<10 {
            for edit in ["", "z", "zz"] {
                var letters = handle.map(String.init)
                letters[position] = edit == "zz" ? letters[position] + "z" : edit
                let edited = letters.joined()
                guard edited.count >= 10 else { continue }
                let shared = Set(HandleRules.ends(of: handle)).intersection(HandleRules.ends(of: edited))
                #expect(!shared.isEmpty, "\(edited)")
            }
        }
    }

    @Test("names of one word or of few letters do not identify anybody")
    func names() {
        #expect(HandleRules.nameKey("Ada Lovelace", lengthMin: 8) == "adalovelace")
        #expect(HandleRules.nameKey("Adalovelace", lengthMin: 8) == nil)
        #expect(HandleRules.nameKey("Al Bo", lengthMin: 8) == nil)
        #expect(HandleRules.nameKey(nil, lengthMin: 8) == nil)
    }
}
