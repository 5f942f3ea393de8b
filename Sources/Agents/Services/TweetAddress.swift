/// Addresses of tweets, whatever the page hangs on to them: `https://x.com/HANDLE/status/ID/photo/1?s=20`.
public enum TweetAddress {
    /// The status id: what makes two addresses the same tweet; `nil` when the text is no tweet's address.
    public static func id(of url: String) -> String? {
        let pieces = url.split(whereSeparator: { "/?#".contains($0) })
        guard let place = pieces.firstIndex(of: "status"), place + 1 < pieces.count else { return nil }
        let digits = pieces[place + 1].prefix { ("0"..."9").contains($0) }
        return digits.isEmpty ? nil : String(digits)
    }

    /// The address with nothing behind the id.
    public static func canonical(_ url: String) -> String? {
        let pieces = url.split(whereSeparator: { "/?#".contains($0) })
        guard let id = id(of: url), let place = pieces.firstIndex(of: "status"), place > 0 else { return nil }
        return "https://x.com/\(pieces[place - 1])/status/\(id)"
    }
}
