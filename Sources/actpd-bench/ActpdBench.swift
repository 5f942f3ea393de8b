import ArgumentParser
import Glibc
import JSON

/// Measures the product and prints each figure beside its bar.
///
/// What concerns the daemon is measured on the real binary, as a process of its own, through what any service manager or
/// operator can see of it: notify messages, signals, `/proc`, the run history.
@main
struct ActpdBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actpd-bench",
        abstract: "Measures speed and memory, each figure beside its bar.",
        discussion: "Benchmarks:\n"
            + Benchmark.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n")
            + "\n\nOnly when asked for:\n"
            + Benchmark.onRequest.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n")
            + "\n\nThe exit status says whether everything could be measured, not whether every bar was met.")

    @Argument(help: "The actpd binary to measure.", completion: .file())
    var binary: String
    @Option(help: "Only this benchmark; may be repeated.")
    var only: [String] = []
    @Option(help: "The schedules whose idle daemon is measured.", completion: .file())
    var schedules = "schedules.json"
    @Option(help: "Where scratch files go; a file system in memory would flatter every figure that waits for a disk.")
    var scratch = "/var/tmp"
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        let names = (Benchmark.all + Benchmark.onRequest).map(\.name)
        for name in only where !names.contains(name) {
            throw ValidationError("there is no benchmark \"\(name)\"; there are \(names.joined(separator: ", "))")
        }
    }

    private var selected: [Benchmark] {
        only.isEmpty ? Benchmark.all : (Benchmark.all + Benchmark.onRequest).filter { only.contains($0.name) }
    }

    func run() async throws {
        let scratch = try Scratch(in: scratch)
        Interruption.watch(removing: scratch)
        defer { scratch.remove() }
        let bench = Bench(binary: binary, schedules: schedules, scratch: scratch)
        let machine = Machine(scratch: scratch.path)
        if !json { Output.show(machine.text) }
        var sections: [Section] = []
        var isComplete = true
        for benchmark in selected {
            Progress.show("\(benchmark.name): \(benchmark.summary)")
            do {
                let section = Section(name: benchmark.name, figures: try await benchmark.run(bench))
                if !json { Output.show("\n" + section.text) }
                sections.append(section)
            } catch {
                isComplete = false
                Progress.show("\(benchmark.name) could not be measured: \(error)")
            }
        }
        if json {
            Output.show((["machine": machine.json, "figures": .array(sections.flatMap(\.json))] as JSON).text)
        }
        if !isComplete { throw ExitCode(1) }
    }
}

/// The tables, on standard output; unbuffered, so that a long benchmark shows what is done.
enum Output {
    static func show(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    fileprivate static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// Lines for whoever waits, on standard error.
enum Progress {
    static func show(_ line: String) { Output.write("# \(line)\n", to: STDERR_FILENO) }
}
