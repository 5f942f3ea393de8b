public import Configuration

public struct TrendsSettings: Configurable, Hashable {
    public init() {}
    public static let fields: [Field<TrendsSettings>] = []
}
