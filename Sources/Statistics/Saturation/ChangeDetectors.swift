/// Page's cumulative sum for a fall of a standardised series (decisions d; Page 1954).
public struct LowerCusum: Hashable, Sendable {
    /// S: 0, or by how much the series stayed below its level, in standard deviations.
    public private(set) var sum = 0.0

    /// k: what a value may lie below the level without counting.
    public static let slack = 0.25
    /// h: S above this is an alarm.
    public static let limit = 10.0
    /// Values count as at most this far from the level.
    public static let clip = 3.0

    public init() {}

    public var isAlarm: Bool { sum > LowerCusum.limit }

    /// S ← max(0, S − z − k), z = (x − μ)/s clipped to ±3.
    public mutating func add(_ x: Double, mean: Double, standardDeviation: Double) {
        let z = ((x - mean) / standardDeviation).clipped(to: -LowerCusum.clip...LowerCusum.clip)
        sum = max(0, sum - z - LowerCusum.slack)
    }

    mutating func reset() { sum = 0 }
}

/// The Page–Hinkley test as river has it, without forgetting: an alternative to the CUSUM that needs no baseline, and
/// therefore misses a slow decline (decisions d).
public struct PageHinkley: Hashable, Sendable {
    public enum Mode: Hashable, Sendable { case up, down, both }

    private let minimumCount: Int
    private let delta: Double
    private let threshold: Double
    private let mode: Mode
    private var count = 0
    private var mean = 0.0
    private var rising = 0.0
    private var falling = 0.0
    private var lowest = Double.infinity
    private var highest = PageHinkley.startOfHighest
    private var isDetected = false

    /// river's start value.
    private static let startOfHighest = -1.0

    /// - Parameters:
    ///   - delta: δ, the change that is tolerated, in the unit of the series.
    ///   - threshold: λ.
    public init(minimumCount: Int = 20, delta: Double = 0.25, threshold: Double = 10, mode: Mode = .down) {
        self.minimumCount = minimumCount
        self.delta = delta
        self.threshold = threshold
        self.mode = mode
    }

    /// Takes the next value; whether a change is detected. After a detection all begins anew with the next value.
    public mutating func add(_ x: Double) -> Bool {
        if isDetected {
            self = PageHinkley(minimumCount: minimumCount, delta: delta, threshold: threshold, mode: mode)
        }
        count += 1
        mean += (x - mean) / Double(count)
        rising += x - mean - delta
        falling += x - mean + delta
        lowest = min(lowest, rising)
        highest = max(highest, falling)
        guard count >= minimumCount else { return false }
        let (rose, fell) = (rising - lowest > threshold, highest - falling > threshold)
        switch mode {
        case .up: isDetected = rose
        case .down: isDetected = fell
        case .both: isDetected = rose || fell
        }
        return isDetected
    }
}
