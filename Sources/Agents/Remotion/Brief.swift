public import JSON

/// What a video says, and how long each part of it takes (RE-02, RE-03).
struct Brief: Hashable, Sendable {
    struct Act: Hashable, Sendable {
        let text: String
        let seconds: Int
    }

    /// RE-03: what the three acts are about.
    static let actNames = ["problem", "solution", "result"]

    var niche: String
    var contentType: String
    var platform: String
    var offer: String
    var durationSecs: Int
    var hook: String
    var hookSecs: Int
    /// Three: problem, solution, result with the call to action.
    var acts: [Act]
    /// Three or four short texts.
    var overlays: [String]
    var callToAction: String
    /// Eight to ten, each with its `#`.
    var hashtags: [String]
    /// `claude` or `template`.
    var generatedBy: String
    /// The model that wrote it, as its service names it.
    var model: String?

    /// The form of `actp_gen_jobs.brief`.
    var json: JSON {
        var members: [String: JSON] = [
            "niche": .string(niche), "content_type": .string(contentType), "platform": .string(platform),
            "duration_secs": JSON(durationSecs), "hook": .string(hook), "hook_secs": JSON(hookSecs),
            "script": .array(
                zip(Brief.actNames, acts).map { name, act in
                    ["act": .string(name), "text": .string(act.text), "duration_secs": JSON(act.seconds)]
                }),
            "overlays": JSON(overlays), "cta": .string(callToAction), "hashtags": JSON(hashtags),
            "offer_tag": .string(offer), "generated_by": .string(generatedBy),
        ]
        if let model { members["model"] = .string(model) }
        return .object(members)
    }
}

/// Checks briefs, ours and those that others put into the table (RE-15). Pure.
enum BriefSchema {
    static let overlayCount = 3...4
    static let hashtagCount = 8...10
    /// RE-08: what the shortest and the longest of the platforms' formats have in common, and Twitter's 2:20.
    static func durations(for platform: String) -> ClosedRange<Int> {
        switch platform {
        case "tiktok", "instagram": 15...60
        case "youtube": 1...60
        case "twitter": 1...140
        default: 1...300
        }
    }
    /// Characters of one text at most; a script of a minute has some 900.
    static let textMax = 1_500

    /// All that is wrong with a brief, as key and reason; empty for a good one.
    static func problems(_ brief: JSON) -> [String] {
        guard brief.object != nil else { return ["the brief is \(brief.kind), not an object"] }
        var problems: [String] = []
        for key in ["niche", "content_type", "platform", "hook", "cta", "offer_tag"] {
            problems += text(brief[key], key)
        }
        if brief["generated_by"]?.string.map(["claude", "template"].contains) != true {
            problems.append("generated_by: claude or template was expected")
        }
        let platform = brief["platform"]?.string ?? ""
        let range = durations(for: platform)
        if let duration = brief["duration_secs"]?.integer {
            if !range.contains(Int(clamping: duration)) {
                problems.append(
                    "duration_secs: \(duration) s do not fit \(platform), which takes \(range.lowerBound)…\(range.upperBound)"
                )
            }
        } else {
            problems.append("duration_secs: a whole number was expected")
        }
        problems += acts(brief["script"])
        problems += texts(brief["overlays"], "overlays", overlayCount)
        problems += texts(brief["hashtags"], "hashtags", hashtagCount)
        return problems
    }

    /// What is wrong with what a model wrote of a brief.
    static func problems(written: JSON) -> [String] {
        text(written["hook"], "hook", max: 120) + acts(written["script"])
            + texts(written["overlays"], "overlays", overlayCount, max: 60) + text(written["cta"], "cta", max: 120)
            + texts(written["hashtags"], "hashtags", hashtagCount, max: 40)
    }

    /// An act's text, whether it stands alone or in an object.
    static func actText(_ act: JSON) -> String? { act.string ?? act["text"]?.string }

    private static func acts(_ value: JSON?) -> [String] {
        guard let acts = value?.array else { return ["script: a list of three acts was expected"] }
        guard acts.count == Brief.actNames.count else { return ["script: three acts were expected, not \(acts.count)"] }
        return acts.enumerated().flatMap { text(actText($1).map(JSON.string), "script[\($0)]") }
    }

    private static func texts(_ value: JSON?, _ key: String, _ count: ClosedRange<Int>, max: Int = textMax) -> [String]
    {
        guard let list = value?.array else { return ["\(key): a list of texts was expected"] }
        guard count.contains(list.count) else {
            return ["\(key): \(count.lowerBound) to \(count.upperBound) were expected, not \(list.count)"]
        }
        return list.enumerated().flatMap { text($1, "\(key)[\($0)]", max: max) }
    }

    private static func text(_ value: JSON?, _ key: String, max: Int = textMax) -> [String] {
        guard let text = value?.string else { return ["\(key): a text was expected"] }
        if text.allSatisfy(\.isWhitespace) { return ["\(key): it is empty"] }
        return text.count > max ? ["\(key): \(text.count) characters are too long, \(max) are allowed"] : []
    }
}

/// How long hook and acts take (RE-03, K66, readings 29).
public enum BriefTiming {
    /// Seconds of hook, problem, solution, result as the product document has them: 53 in all.
    static let weights = [3, 10, 30, 10]

    /// The same shares of another length, in whole seconds that sum up to it, none of them zero.
    ///
    /// Each share is rounded down, then the seconds that are left go to the largest remainders.
    public static func seconds(of duration: Int) -> [Int] {
        let total = weights.reduce(0, +)
        var seconds = weights.map { max($0 * duration / total, 1) }
        let remainders = weights.map { $0 * duration % total }
        let order = weights.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
        var next = 0
        while seconds.reduce(0, +) < duration {
            seconds[order[next % order.count]] += 1
            next += 1
        }
        return seconds
    }
}

/// Texts that go into a video.
public enum BriefText {
    /// What the render service can bear: it puts the brief between single quotes on a command line, so an apostrophe
    /// becomes ’ (U+2019), and control characters, line breaks included, become spaces.
    public static func cleaned(_ text: String) -> String {
        var cleaned = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": cleaned.append("\u{2019}")
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}": cleaned.append(" ")
            default: cleaned.append(scalar)
            }
        }
        return String(cleaned)
    }

    /// The same for every text in a value, keys too.
    public static func cleaned(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): .string(cleaned(text))
        case .array(let elements): .array(elements.map(cleaned))
        case .object(let members):
            .object(
                Dictionary(
                    members.map { (cleaned($0.key), cleaned($0.value)) }, uniquingKeysWith: { first, _ in first }))
        default: value
        }
    }
}
