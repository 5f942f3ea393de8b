import ActpTesting
import Foundation
import JSON
import Testing

/// What the unit's restrictions must not break, done by the program inside of them; and what they are worth.
@Suite(.inContainer, .timeLimit(.minutes(15)))
struct HardeningTests {
    @Test(
        "both units are rated 1.1 or better, and nothing in them is unknown to systemd",
        arguments: ["actpd", "actpd-failure"])
    func rating(_ name: String) async throws {
        try await Container.booted { machine in
            let rated = try await machine.attempt([
                "systemd-analyze", "security", "--offline=true", "--threshold=11", "--no-pager",
                "/lib/systemd/system/\(name).service",
            ])
            #expect(rated.status == 0, "\(rated.output.suffix(400))\(rated.error)")
            // An unknown key is only a warning, so that any word is too many.
            let verified = try await machine.attempt([
                "systemd-analyze", "verify", "--man=no", "/lib/systemd/system/\(name).service",
            ])
            #expect(verified.status == 0 && verified.error.isEmpty, "\(verified.error)")
        }
    }

    @Test("messages, names, zones, both databases and the journal work under every restriction")
    func features() async throws {
        // Fails once a second: each failure is a row in both databases and a message.
        let schedules = #"""
            { "schedules": [
              { "name": "each_second", "cron": "* * * * * *", "timezone": "Asia/Kathmandu", "domain": "youtube",
                "task": "analyze", "alertAfter": 1 },
              { "name": "fails", "cron": "* * * * * *", "domain": "prospect", "task": "score",
                "params": { "contact_id": "00000000-0000-4000-8000-000000000001" }, "alertAfter": 1 } ] }
            """#
        try await Container.booted(schedules: schedules) { machine in
            try await machine.write("/opt/telegram.py", HardeningTests.telegram)
            try await machine.run("systemd-run", "-q", "--unit=telegram", "python3", "/opt/telegram.py")
            try await machine.eventually("the stand-in listens") {
                try await machine.attempt(["sh", "-c", "ss -ltn | grep -q 8081"]).status == 0
            }
            try await machine.write(
                "/etc/actpd/actpd.env", "TELEGRAM_CHAT_ID=42\nTELEGRAM_API_URL=http://localhost:8081\n")
            // Written by root for root alone; the unit gets it as a credential.
            try await machine.shell(
                "umask 077; echo TELEGRAM_BOT_TOKEN=12345:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr > /etc/actpd/secrets.env")
            try await machine.run("systemctl", "start", "actpd")
            try await machine.eventually("the failure is told over HTTP, by a name") {
                try await machine.shell("cat /tmp/messages 2>/dev/null || true").contains("Agent error")
            }
            try await machine.eventually("runs are in the ledger") {
                try await machine.run("actpd", "runs", "-n", "5").contains("each_second")
            }
            try await machine.eventually("and in the table of task rows") {
                try await machine.run("actpd", "--status").contains("youtube")
            }
            let entries = try await machine.journal("ACTP_SCHEDULE=each_second", "ACTP_OUTCOME=ok")
            #expect(entries.first?["ACTP_DOMAIN"]?.string == "youtube")
            #expect(entries.first?["ACTP_SCHEDULED_AT"]?.string?.hasSuffix("Z") == true)
            let journal = try await machine.run("journalctl", "-u", "actpd", "--no-pager")
            #expect(!journal.contains("AAbbCC"), "the token is in the journal")
            #expect(!journal.contains("Operation not permitted"), "\(journal)")
            try await machine.run("systemctl", "stop", "actpd")
            #expect(try await machine.property("Result") == "success")
        }
    }

    /// The one method of Telegram's that the daemon needs here.
    private static let telegram = #"""
        import http.server, json
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                open("/tmp/messages", "a").write(body["text"] + "\n")
                answer = json.dumps({"ok": True, "result": {"message_id": 1, "chat": {"id": 42}, "date": 1}}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            def log_message(self, *_): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", 8081), Handler).serve_forever()
        """#
}
