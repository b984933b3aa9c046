import Foundation
import Globus

extension JSONValue {
    init(text: String) throws { self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }

    /// Null where there is no such member.
    subscript(key: String) -> JSONValue { object?[key] ?? .null }
    subscript(index: Int) -> JSONValue { array.flatMap { $0.indices.contains(index) ? $0[index] : nil } ?? .null }
}
