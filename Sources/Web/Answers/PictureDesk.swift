internal import JSON
internal import Time

/// Pictures of domains, which take a while: one is drawn at a time, and shown for half a minute.
///
/// Works in the tasks of its callers alone: one of its own would not run on the server's threads.
actor PictureDesk {
    private static let maxAge = Duration.seconds(30)

    private let machine: any Machine
    private let time: any TimeSource
    private var drawn: [String: (picture: JSON, at: Duration)] = [:]
    private var isDrawing = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(_ machine: any Machine, time: any TimeSource) {
        self.machine = machine
        self.time = time
    }

    func picture(of domain: String) async throws -> JSON? {
        while true {
            if let (picture, at) = drawn[domain], time.uptime() - at < PictureDesk.maxAge { return picture }
            guard isDrawing else { break }
            await withCheckedContinuation { waiters.append($0) }
        }
        isDrawing = true
        defer {
            isDrawing = false
            for waiter in waiters { waiter.resume() }
            waiters = []
        }
        let picture = try await machine.picture(of: domain)
        if let picture { drawn[domain] = (picture, time.uptime()) }
        return picture
    }
}
