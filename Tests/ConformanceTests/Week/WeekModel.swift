import ActpTesting
import JSON

/// The model of the week: an answer of the right kind to each of the agents' questions, made from what they show it.
enum WeekModel {
    static let key = "sk-ant-week-0123456789"

    static func standIn() -> AnthropicStandIn {
        AnthropicStandIn(key: key, models: ["claude-haiku-5-5", "claude-sonnet-5-5"]) { question in
            let body = (try? JSON(parsing: question)) ?? nil
            let schema = body["output_config"]?["format"]?["schema"] ?? nil
            return answer(schema, material(in: body)).text
        }
    }

    private static func answer(_ schema: JSON, _ material: [(label: String, text: String)]) -> JSON {
        func wants(_ key: String) -> Bool { schema["properties"]?[key] != nil }
        if wants("videos") { return ["videos": .array(material.indices.map { label($0, schema) })] }
        if wants("statement") { return variants(material.first?.text ?? "work") }
        if wants("script") { return script }
        if wants("cites") { return message(material) }
        return [
            "brief":
                "They work on \(words(material)). They seem to want fewer manual steps. Ask what takes most of their day.",
            "pain_point": "manual steps", "offer": schema["properties"]?["offer"]?["enum"]?.array?.last ?? "none",
        ]
    }

    /// The first of each list that the question allows.
    private static func label(_ index: Int, _ schema: JSON) -> JSON {
        let fields = schema["properties"]?["videos"]?["items"]?["properties"]
        return [
            "index": JSON(index), "niche": fields?["niche"]?["enum"]?.array?.first ?? nil,
            "content_type": fields?["content_type"]?["enum"]?.array?.first ?? nil, "offer_tags": ["none"],
            "topic_tags": ["work", "tools"],
        ]
    }

    private static func variants(_ topic: String) -> JSON {
        [
            "question": .string("What would change for you with \(topic)? One quiet hour is often enough to find out."),
            "statement": .string("Nobody needs a big plan for \(topic). One quiet hour is often enough to find out."),
        ]
    }

    private static let script: JSON = [
        "hook": "Your tools could do this part for you.", "cta": "Try it today.",
        "script": [
            "Every morning begins with the same small chores.", "Write one of them down and let a tool do it.",
            "Soon the morning is yours again, so try it today.",
        ], "overlays": ["The same chores", "One tool", "Your morning"],
        "hashtags": ["#tools", "#work", "#automation", "#time", "#focus", "#morning", "#habits", "#business"],
    ]

    private static func message(_ material: [(label: String, text: String)]) -> JSON {
        let cited = words(material)
        return [
            "message": .string(
                "I keep thinking about \(cited). Much of it tends to be manual work. How do you handle that part?"),
            "cites": .string(cited), "pain_point": "manual work", "reasoning": "Their own words name it.",
        ]
    }

    /// Some words of theirs that end no sentence.
    private static func words(_ material: [(label: String, text: String)]) -> String {
        let text = material.first?.text ?? "their work"
        return text.prefix { !".!?…\n".contains($0) }.split(separator: " ").prefix(6).joined(separator: " ")
    }

    private static func material(in body: JSON) -> [(label: String, text: String)] {
        let message = body["messages"]?.array?.first?["content"]
        let text = message?.string ?? message?.array?.first?["text"]?.string ?? ""
        return text.matches(of: /<material label="([^"]*)">\n([^<]*)\n<\/material>/).map {
            (String($0.1), String($0.2))
        }
    }
}
