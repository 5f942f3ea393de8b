public import JSON

/// An array that is described like any other, and whose elements are read when the rest of the file is known: by then
/// each can be judged in the light of it, and a bad one need not condemn the others.
public struct LaterList<Element: SettingValue>: SettingValue {
    private var nodes: [JSONNode] = []
    private var path: [ConfigurationStep] = []

    /// The empty list.
    public init() {}

    public static var schema: JSON { [Element].schema }

    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> LaterList? {
        guard case .array(let nodes) = node.content else { return reader.reject(node, wanted: "an array") }
        var list = LaterList()
        list.nodes = nodes
        list.path = reader.place(of: node).path
        return list
    }

    public var json: JSON { .array(nodes.map(\.value)) }

    /// Shows each element to `read`, in order; problems reported there carry the element's path.
    public func forEach(_ reader: ConfigurationReader, _ read: (JSONNode) -> Void) {
        reader.at(path) {
            for (index, node) in nodes.enumerated() { reader.descending(into: index) { read(node) } }
        }
    }
}
