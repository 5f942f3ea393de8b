public import Configuration

public struct YouTubeSettings: Configurable, Hashable {
    public init() {}
    public static let fields: [Field<YouTubeSettings>] = []
}
