import Configuration
import FuzzSupport
import JSON
import Scheduling
import Time

/// An input is a file, or two with a NUL between them: the second one is then what a reload finds.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSchedules(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let input = UnsafeBufferPointer(start: start, count: count)
    let files = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
    var draws = Draws(input)
    let first = ScheduleTrial(files[0])
    first.judge()
    let second = files.count > 1 ? ScheduleTrial(files[1]) : ScheduleTrial(first.edited(by: &draws))
    first.judgeReload(to: second)
    return 0
}

/// Two tasks: `work`, and `send`, which is tried once. No task takes a parameter named `bad`.
struct FuzzCatalog: TaskCatalog {
    func problems(domain: String, task: String, params: [String: JSON]) -> [(key: String, message: String)] {
        (["work", "send"].contains(task) ? [] : [("task", "there is no task \"\(task)\"")])
            + (params["bad"] == nil ? [] : [("params", "no parameter is named bad")])
    }

    func isOnce(domain: String, task: String) -> Bool { task == "send" }
}
