public import Configuration

public struct ProspectSettings: Configurable, Hashable {
    public init() {}
    public static let fields: [Field<ProspectSettings>] = []
}
