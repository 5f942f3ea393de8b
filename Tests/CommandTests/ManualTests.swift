import ActpTesting
import Foundation
import JSON
import Testing

@testable import actpd

/// The manual pages follow from the commands and from the schema.
struct ManualTests {
    @Test("actpd(8) has every command and option")
    func program() async throws {
        let dump = try JSON(parsing: try await Installation().actpd("--experimental-dump-help").output)
        try Golden.expect(
            ManualPage.program(dump["command"] ?? [:]), isFile: Installation.repository + "/docs/man/actpd.8")
    }

    @Test("schedules.json(5) has every key")
    func schedules() throws {
        try Golden.expect(
            ManualPage.schedules(ShippedFiles.schedulesSchema),
            isFile: Installation.repository + "/docs/man/schedules.json.5")
    }
}
