internal import JSON

/// The description of the schema at the root, in Swagger 2.0.
struct RESTDescription {
    private let schema: RESTSchema

    init(_ schema: RESTSchema) { self.schema = schema }

    var text: String { "" }
}
