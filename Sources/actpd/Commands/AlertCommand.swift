import Agents
import ArgumentParser
import Configuration
import HTTP
import JSON
import Scheduling
import Services
import Stores
import Time

struct AlertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alert", abstract: "Looks after the way to the owner.", subcommands: [Test.self, Failed.self])

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test", abstract: "Sends one Telegram message and says what came back.")

        @Flag(help: "Print JSON.")
        var json = false
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try reporting {
                let workplace = try Workplace(options, as: .reader)
                guard let bot = workplace.telegram else {
                    throw ExitStatus.configuration.exit(
                        """
                        TELEGRAM_BOT_TOKEN (in secrets.env) and TELEGRAM_CHAT_ID (in actpd.env) are not both set; alerts \
                        go to the log alone
                        """)
                }
                try send(with: bot, in: workplace)
            }
        }

        private func send(with bot: TelegramBot, in workplace: Workplace) throws {
            do {
                let (name, chat, receipt) = try workplace.wait {
                    let (name, chat) = try await bot.check()
                    return (name, chat, try await bot.send(html: Alert.test.html))
                }
                let ids = receipt.messages.map(String.init).joined(separator: ", ")
                if json {
                    return Terminal.out(
                        ([
                            "bot": .string(name), "chat": .string(chat),
                            "messages": .array(receipt.messages.map(JSON.integer)),
                        ]
                            as JSON).text)
                }
                Terminal.out("sent as @\(name) to \(chat): message \(ids)")
                if let chat = receipt.movedTo { Terminal.out("the group has a new id: set TELEGRAM_CHAT_ID=\(chat)") }
            } catch let error as TelegramError {
                throw (error.isTemporary || error.code == .outcomeUnknown ? ExitStatus.unavailable : .configuration)
                    .exit("\(error)")
            }
        }
    }

    /// What `actpd-failure.service` runs. Goes without the ledger, which may be why the daemon is down.
    struct Failed: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "failed",
            abstract: "Tells the owner that the service has given up; for OnFailure= of the unit.")

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try reporting {
                let variables = Environment.variables
                let settings = try LoadedSettings(options, environment: variables)
                let alert = Alert.serviceFailed(
                    result: variables["MONITOR_SERVICE_RESULT"] ?? "unknown",
                    status: variables["MONITOR_EXIT_STATUS"] ?? "unknown")
                let client = HTTPClient(time: SystemTime(), options: .init(userAgent: "actpd/\(Actpd.version)"))
                guard let bot = settings.telegram(client) else {
                    throw ExitStatus.configuration.exit("nobody is told: Telegram's two settings are not both there")
                }
                let workers = WorkerPool(limit: 1)
                do {
                    try workers.wait { _ = try await bot.send(html: alert.html) }
                } catch let error as TelegramError {
                    throw ExitStatus.unavailable.exit("\(error)")
                }
            }
        }
    }
}
