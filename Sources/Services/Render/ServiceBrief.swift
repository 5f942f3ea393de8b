internal import Agents
internal import JSON

/// A content brief as the public render service takes it: sections with times, a style, and settings.
///
/// Hook, three acts and call to action become sections one after another; the hashtags stay out of the video.
enum ServiceBrief {
    /// Vertical and at most a minute: what all platforms take (RE-08).
    static let format = "shorts_v1"
    /// Of the last act's time, what the call to action gets at most, in seconds.
    private static let callToActionSecs = 3

    /// - Parameter brief: cleaned already (``BriefText``).
    static func json(key: String, brief: JSON) -> JSON {
        let duration = Int(brief["duration_secs"]?.integer ?? 60)
        return [
            "id": .string(key), "format": .string(format), "title": brief["hook"] ?? "",
            "settings": [
                "resolution": ["width": 1080, "height": 1920], "fps": 30, "duration_sec": JSON(duration),
                "aspect_ratio": "9:16",
            ],
            "style": [
                "theme": "dark", "primary_color": "#ffffff", "secondary_color": "#9aa4b2", "accent_color": "#ffb000",
                "font_heading": "Inter", "font_body": "Inter", "background_type": "gradient",
                "background_value": "#0b1020,#1b2440",
            ],
            "sections": .array(placed(sections(of: brief, duration))),
        ]
    }

    private struct Section {
        let type: String
        let seconds: Int
        let content: [String: JSON]
    }

    private static func sections(of brief: JSON, _ duration: Int) -> [Section] {
        let overlays = brief["overlays"]?.array?.compactMap(\.string) ?? []
        let times = BriefTiming.seconds(of: duration)
        var sections = [Section(type: "hook", seconds: times[0], content: ["text": brief["hook"] ?? ""])]
        let acts = brief["script"]?.array ?? []
        for (index, act) in acts.prefix(3).enumerated() {
            let isLast = index == 2
            let own = times[index + 1] - (isLast ? callToAction(of: times[3]) : 0)
            sections.append(
                Section(
                    type: "topic", seconds: own,
                    content: [
                        "heading": .string(index < overlays.count ? overlays[index] : ""),
                        "body_text": .string(act.string ?? act["text"]?.string ?? ""),
                    ]))
        }
        sections.append(
            Section(
                type: "cta", seconds: callToAction(of: times[3]),
                content: ["title": .string(overlays.last ?? ""), "action_text": brief["cta"] ?? ""]))
        return sections
    }

    private static func callToAction(of seconds: Int) -> Int { min(callToActionSecs, max(seconds / 3, 1)) }

    /// Sections one after another from 0; together they last as long as the video.
    private static func placed(_ sections: [Section]) -> [JSON] {
        var start = 0
        return sections.enumerated().map { index, section in
            defer { start += section.seconds }
            var content = section.content
            content["type"] = .string(section.type)
            return [
                "id": .string("section-\(index + 1)"), "type": .string(section.type),
                "duration_sec": JSON(section.seconds), "start_time_sec": JSON(start), "content": .object(content),
            ]
        }
    }
}
