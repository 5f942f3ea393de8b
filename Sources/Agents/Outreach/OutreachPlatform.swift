import Records

/// The channels that messages go out by, the most preferred first (OU-06).
public enum OutreachPlatform: String, CaseIterable, Sendable {
    case twitter, instagram, tiktok, linkedin, gmail

    /// K15: e-mail is stored as `gmail`, and `email` is understood. `nil` for platforms without a way to write to people.
    init?(named name: String) {
        switch name.lowercased() {
        case "email": self = .gmail
        case let name: self.init(rawValue: name)
        }
    }

    /// As people read it.
    public var shown: String { self == .gmail ? "email" : rawValue }
}

/// Where a message goes.
struct Address: Hashable, Sendable {
    let platform: OutreachPlatform
    /// Without @; for LinkedIn a profile's address or its last part, for e-mail an address.
    let handle: String
}

/// The handles of one contact. None is guessed (readings 2).
struct AddressBook: Sendable {
    private let contact: Row<Contacts>
    private let associations: [Row<PlatformAssociations>]

    /// - Parameter associations: the contact's rows; of type `fuzzy_match` none counts.
    init(_ contact: Row<Contacts>, _ associations: [Row<PlatformAssociations>]) {
        self.contact = contact
        self.associations = associations.filter { ["handle_match", "crm_match"].contains($0.engagementType ?? "") }
    }

    /// Readings 2: the user name on the contact's own platform, else the platform's column, else an association that was
    /// not fuzzy; `nil` when none of them is a handle.
    func handle(on platform: OutreachPlatform) -> String? {
        let isOwn = OutreachPlatform(named: contact.platform) == platform
        let column: String? =
            switch platform {
            case .twitter: contact.twitterHandle
            case .instagram: contact.instagramHandle
            case .tiktok: contact.tiktokHandle
            case .linkedin: contact.linkedinURL
            case .gmail: contact.email
            }
        let associated = associations.filter { OutreachPlatform(named: $0.platform) == platform }
            .flatMap { [$0.handle, platform == .linkedin ? $0.profileURL : nil] }
        return ([isOwn ? contact.username : nil, column] + associated)
            .lazy.compactMap { $0.flatMap { AddressBook.cleaned($0, on: platform) } }.first
    }

    /// The handle as services take it; `nil` for what is none, such as the display names that some rows hold.
    static func cleaned(_ text: String, on platform: OutreachPlatform) -> String? {
        var handle = text.trimmed
        if platform != .gmail, handle.hasPrefix("@") { handle.removeFirst() }
        let isPlain =
            !handle.isEmpty && handle.utf8.count <= 300 && !handle.contains { $0.isWhitespace || $0.isNewline }
        guard isPlain else { return nil }
        switch platform {
        case .gmail:
            let parts = handle.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") ? handle : nil
        case .linkedin:
            guard handle.contains("/") else { return handle.contains("@") ? nil : handle }
            return handle.lowercased().contains("linkedin.com/in/") ? handle : nil
        case .twitter, .instagram, .tiktok:
            let isHandle = handle.utf8.allSatisfy { byte in
                (97...122).contains(byte | 0x20) || (48...57).contains(byte) || "._-".utf8.contains(byte)
            }
            return isHandle ? handle : nil
        }
    }

    /// OU-06: the platform that the next touch names, that of the latest conversation, the contact's own, Twitter. One
    /// without a handle gives way to the next step (readings 2); a next touch of type `dm` names none (K16).
    /// - Parameter isEmailRefused: e-mail is no way then; who is known by nothing else is not written to (readings 3).
    func choose(nextTouchType: String?, conversation: String?, isEmailRefused: Bool) -> Address? {
        let steps = [nextTouchType, conversation, contact.platform, OutreachPlatform.twitter.rawValue]
        for case let platform? in steps.map({ $0.flatMap(OutreachPlatform.init(named:)) }) {
            if platform == .gmail && isEmailRefused { continue }
            if let handle = handle(on: platform) { return Address(platform: platform, handle: handle) }
        }
        return nil
    }
}

extension StringProtocol {
    /// Without blanks and line breaks at either end.
    var trimmed: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }
}
