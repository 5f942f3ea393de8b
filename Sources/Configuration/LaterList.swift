public import JSON

/// An array of the root that is described like any other, and whose elements are parsed and read one by one when the rest
/// of the file is known: by then each can be judged in the light of it, and a bad one need not condemn the others.
///
/// Its key is the ``Configurable/readLater`` of the root.
public struct LaterList<Element: SettingValue>: SettingValue {
    private var path: [ConfigurationStep]?

    /// The empty list.
    public init() {}

    public static var schema: JSON { [Element].schema }

    public static func read(_ node: JSONNode, _ reader: ConfigurationReader) -> LaterList? {
        guard case .array(let nodes) = node.content else { return reader.reject(node, wanted: "an array") }
        precondition(nodes.isEmpty, "a LaterList is the root's, and its key the root's readLater")
        var list = LaterList()
        list.path = reader.place(of: node).path
        return list
    }

    public var json: JSON { [] }

    /// Shows each element to `read`, in order, but for those that are known by their bytes; problems reported there carry
    /// the element's path. Stops at an element that is no JSON: then the whole file is none.
    public func forEach(
        _ reader: ConfigurationReader, unless isKnown: (UnsafeRawBufferPointer) -> Bool = { _ in false },
        _ read: (JSONNode) -> Void
    ) {
        guard let path else { return }
        let document = reader.document
        reader.at(path) {
            for (index, extent) in document.left.enumerated() where !document.withBytes(of: extent, isKnown) {
                do throws(JSONError) {
                    let node = try document.node(at: extent)
                    reader.descending(into: index) { read(node) }
                } catch {
                    return reader.report(error)
                }
            }
        }
    }
}
