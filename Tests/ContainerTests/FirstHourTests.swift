import Testing

/// What `actpd check` says of the machine's service manager.
@Suite(.inContainer, .timeLimit(.minutes(15)))
struct FirstHourTests {
    @Test("a unit that was edited and not read again is named with the two commands, and no longer once it was read")
    func editedUnit() async throws {
        try await Container.booted { machine in
            try await machine.run("systemctl", "start", "actpd")
            #expect(try await !machine.run("actpd", "check", "--offline").contains("daemon-reload"))

            try await machine.shell("sed -i s/^WatchdogSec=.*/WatchdogSec=1min/ /lib/systemd/system/actpd.service")
            let said = try await machine.run("actpd", "check", "--offline")
            #expect(said.contains("note systemd"), "\(said)")
            #expect(said.contains("systemctl daemon-reload, then systemctl restart actpd"), "\(said)")

            try await machine.run("systemctl", "daemon-reload")
            #expect(try await !machine.run("actpd", "check", "--offline").contains("daemon-reload"))
        }
    }
}
