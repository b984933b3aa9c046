import FoundationEssentials
import Globus

extension JSONValue {
    /// `null` for `nil`.
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }
    init(_ number: Int) { self = .integer(Int64(number)) }
    init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
}
