import Foundation
import JSON

@testable import actpd

/// Manual pages in the language of man(7).
enum ManualPage {
    /// - Parameter command: what `--experimental-dump-help` prints.
    static func program(_ command: JSON) -> String {
        let commands = (command["subcommands"]?.array ?? []).filter { $0["commandName"]?.string != "help" }
        let settings = SettingName.allCases.map { "\n.TP\n.B \(escaped($0.rawValue))\n" + place($0) }.joined()
        return """
            .\\" Generated from the commands.
            .TH actpd 8 "" "actpd \(Actpd.version)" "System administration"
            .SH NAME
            actpd \\- runs a growth operation: nine domain agents on schedules, each run recorded
            .SH SYNOPSIS
            .B actpd
            .I COMMAND
            .RI [ OPTION " ...]"
            .SH DESCRIPTION
            .B actpd serve
            is the daemon, started by
            .BR actpd.service .
            The other commands look, check, and run one task in their own process, beside the daemon or without it.
            .PP
            Also spelled:
            .nf
            actpd \\-\\-run\\-now DOMAIN TASK          actpd run DOMAIN TASK
            actpd \\-\\-domain D \\-\\-task T            actpd run D T
            actpd DOMAIN TASK [\\-\\-NAME VALUE ...]  actpd run DOMAIN TASK \\-\\-NAME VALUE ...
            actpd \\-\\-list, \\-\\-all, \\-\\-status        actpd list, all, status
            .fi
            .SH COMMANDS
            \(commands.map(section).joined(separator: "\n"))
            .SH OPTIONS OF EVERY COMMAND
            \(places(commands))
            .SH SIGNALS
            .TP
            .B SIGTERM, SIGINT
            Starts nothing more, waits for running tasks, cancels the rest, and exits 0.
            .TP
            .B SIGHUP
            Reloads schedules.json: all of it, or nothing when it has a problem. Tunables, addresses and secrets are read at a
            start alone.
            .SH EXIT STATUS
            \(statuses.map { ".TP\n.B \($0)\n\($1)" }.joined(separator: "\n"))
            .SH FILES
            \(files.map { ".TP\n.I \(escaped($0))\n\($1)" }.joined(separator: "\n"))
            .SH ENVIRONMENT
            Later ones win: built\\-in defaults, actpd.json, actpd.env, the environment, credentials, the command line.\
            \(settings)
            .SH SEE ALSO
            .BR schedules.json (5),
            .BR systemctl (1),
            .BR journalctl (1)

            """
    }

    private static let statuses = [
        ("0", "Done."), ("1", "The task ended in error."),
        ("64", "A wrong call; the message says which word and what is allowed."),
        ("65", "Bad data; nothing was changed."), ("69", "A file or service is unavailable."),
        ("75", "Skipped for now: the same task is running, or another daemon holds the state."),
        ("78", "The configuration has problems."),
    ]

    private static let files = [
        ("/etc/actpd/schedules.json", "What fires when."),
        ("/etc/actpd/actpd.json", "Tunables, each with its default."),
        ("/etc/actpd/actpd.env", "Addresses, KEY=value."),
        ("/etc/actpd/secrets.env", "Keys and tokens; root, mode 0600."),
        ("/var/lib/actpd/ledger.db", "What was claimed and how it ended, and what waits to be delivered."),
        ("/var/lib/actpd/actp.db", "The tables, when the embedded store is in use."),
    ]

    private static func place(_ name: SettingName) -> String {
        name.isSecret ? "A secret, in secrets.env." : "In actpd.env."
    }

    private static func section(_ command: JSON) -> String {
        let arguments = (command["arguments"]?.array ?? []).filter { argument in
            let name = argument["valueName"]?.string ?? ""
            return argument["shouldDisplay"]?.bool != false && !common.contains(name)
        }
        let words = arguments.filter { $0["kind"]?.string == "positional" }
            .map { " \\fI" + escaped(($0["valueName"]?.string ?? "").uppercased()) + "\\fR" }
        var text = ".SS actpd \(escaped(command["commandName"]?.string ?? ""))\(words.joined())\n"
        text += escaped(command["abstract"]?.string ?? "")
        for argument in arguments { text += "\n" + paragraph(argument) }
        return text
    }

    /// The options that every command takes, which are described once.
    private static func places(_ commands: [JSON]) -> String {
        (commands.first?["arguments"]?.array ?? [])
            .filter { places.contains($0["valueName"]?.string ?? "") }.map(paragraph).joined(separator: "\n")
    }

    private static let places: Set = ["config-dir", "config", "schedules", "env-file", "state-dir"]
    /// Those and the parser's own.
    private static let common = places.union(["help", "version"])

    private static func paragraph(_ argument: JSON) -> String {
        let names = (argument["names"]?.array ?? []).map { name in
            (name["kind"]?.string == "long" ? "--" : "-") + (name["name"]?.string ?? "")
        }
        let value = (argument["valueName"]?.string ?? "").uppercased()
        let label: String
        switch argument["kind"]?.string {
        case "positional": label = value
        case "flag": label = names.joined(separator: ", ")
        default: label = names.joined(separator: ", ") + " " + value
        }
        let initial = argument["defaultValue"]?.string.map { " Default: \($0)." } ?? ""
        return ".TP\n.B \(escaped(label))\n\(escaped((argument["abstract"]?.string ?? "") + initial))"
    }

    /// - Parameter schema: of the whole file.
    static func schedules(_ schema: JSON) -> String {
        let entry = schema["properties"]?["schedules"]?["items"]?["properties"]?.object ?? [:]
        let defaults = schema["properties"]?["defaults"]?["properties"]?.object ?? [:]
        return """
            .\\" Generated from the schema.
            .TH schedules.json 5 "" "actpd \(Actpd.version)" "File formats"
            .SH NAME
            schedules.json \\- what actpd fires, and when
            .SH DESCRIPTION
            One JSON object with the keys
            .B defaults
            and
            .BR schedules ,
            a list of entries. After an edit
            .B actpd reload
            takes the file as a whole or, when anything is wrong with it, not at all.
            .PP
            Durations are written as 90s, 15m, 6h or 2d, and can be put together: 1h30m.
            .SH KEYS OF AN ENTRY
            \(keys(entry, [:]))
            .SH KEYS OF DEFAULTS
            \(keys(defaults, defaults))
            .SH EXAMPLE
            .nf
            { "schedules": [
              { "name": "nightly", "cron": "0 4 * * *", "timezone": "Europe/Berlin",
                "domain": "youtube", "task": "analyze", "catchUp": "latest" } ] }
            .fi
            .SH SEE ALSO
            .BR actpd (8)

            """
    }

    /// - Parameter defaults: whose default values are shown.
    private static func keys(_ properties: [String: JSON], _ defaults: [String: JSON]) -> String {
        properties.sorted { $0.key < $1.key }.map { name, schema in
            var text = schema["description"]?.string ?? ""
            if let words = schema["enum"]?.array, words.count < 12 {
                text += " One of \(words.compactMap(\.string).joined(separator: ", "))."
            }
            if let value = defaults[name]?["default"] { text += " Default: \(value.string ?? value.text)." }
            return ".TP\n.B \(escaped(name))\n\(escaped(text))"
        }.joined(separator: "\n")
    }

    /// A backslash, a dash, and a point or quote at a line's start mean something in this language.
    private static func escaped(_ text: String) -> String {
        let plain = text.replacingOccurrences(of: "\\", with: "\\e").replacingOccurrences(of: "-", with: "\\-")
            .replacingOccurrences(of: "\n", with: " ")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}
