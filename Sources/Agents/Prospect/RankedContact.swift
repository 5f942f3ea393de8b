import JSON
import Records

/// A contact with its score, as lists and messages show it (PR-26).
struct RankedContact: Hashable, Sendable {
    let id: RowID
    let name: String
    let platform: String
    let stage: String
    let score: Int

    init(id: RowID, name: String, platform: String, stage: String, score: Int) {
        self.id = id
        self.name = name
        self.platform = platform
        self.stage = stage
        self.score = score
    }

    init(_ contact: Row<Contacts>, stage: String, score: Int) {
        let name = contact.displayName ?? ""
        self.init(
            id: contact.id, name: name.isEmpty ? contact.username : name, platform: contact.platform, stage: stage,
            score: score)
    }

    /// Higher scores first; of equals, the name decides, so that lists do not change from run to run.
    static func ranksHigher(_ a: RankedContact, _ b: RankedContact) -> Bool {
        (b.score, a.name, a.id) < (a.score, b.name, b.id)
    }

    var json: JSON { .object(members) }

    var members: [String: JSON] {
        [
            "contact_id": .string(id.text), "name": .string(name), "platform": .string(platform),
            "stage": .string(stage), "score": JSON(score),
        ]
    }
}
