import FoundationEssentials
import Globus

/// The `filter` of `task_list`: clauses `key:values` joined by `/`, values joined by `,`. All clauses must hold, of the values any.
struct TaskFilter: Sendable {
    private typealias Test = @Sendable (TransferTask) -> Bool
    private let tests: [Test]

    init(_ text: String) throws(Refusal) {
        var tests: [Test] = []
        for clause in text.split(separator: "/") {
            guard let colon = clause.firstIndex(of: ":") else { throw .badRequest("Invalid filter '\(clause)': no ':'") }
            let values = clause[clause.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            tests.append(try TaskFilter.test(String(clause[..<colon]), values))
        }
        self.tests = tests
    }

    func matches(_ task: TransferTask) -> Bool { tests.allSatisfy { $0(task) } }

    private static func test(_ key: String, _ values: [String]) throws(Refusal) -> Test {
        switch key {
        case "task_id", "status", "type": return { task in values.contains { $0 == task[key].string } }
        case "label":
            let tests = TextTests(values)
            return { task in tests.match(task.label ?? "") }
        case "request_time", "completion_time": return try window(key, values)
        case "source_endpoint", "destination_endpoint":
            return { task in values.contains { $0 == task["\(key)_id"].string } }
        case "endpoint":
            return { task in values.contains { $0 == task["source_endpoint_id"].string || $0 == task["destination_endpoint_id"].string } }
        case "is_paused", "faults", "username", "owner_id":
            return { task in values.contains { $0 == TaskFilter.text(task[key]) } }
        default: throw .badRequest("Unknown filter key '\(key)'")
        }
    }

    /// One time: from then on. Two: between them, each side may be empty.
    private static func window(_ key: String, _ values: [String]) throws(Refusal) -> Test {
        guard values.count <= 2 else { throw .badRequest("Invalid filter '\(key)': at most two times") }
        var times: [Date?] = []
        for value in values {
            guard value.isEmpty || WireTime.parse(value) != nil else { throw .badRequest("Invalid time '\(value)' in filter '\(key)'") }
            times.append(WireTime.parse(value))
        }
        let (from, to) = (times.first ?? nil, times.count > 1 ? times[1] : nil)
        return { task in
            guard let time = task[key].string.flatMap(WireTime.parse) else { return false }
            return from.map { $0 <= time } ?? true && to.map { time <= $0 } ?? true
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        value.string ?? value.int.map { String($0) } ?? value.bool.map { $0 ? "1" : "0" }
    }
}

/// `orderby`: fields with an optional `ASC` or `DESC`, joined by commas.
struct Ordering: Sendable {
    private let keys: [(name: String, isDescending: Bool)]

    init(_ text: String) throws(Refusal) {
        var keys: [(name: String, isDescending: Bool)] = []
        for part in text.split(separator: ",") {
            let words = part.split(separator: " ")
            guard let name = words.first, words.count <= 2, words.count == 1 || ["ASC", "DESC"].contains(words[1].uppercased()) else {
                throw .badRequest("Invalid orderby '\(part)'")
            }
            keys.append((String(name), words.count == 2 && words[1].uppercased() == "DESC"))
        }
        self.keys = keys
    }

    var names: [String] { keys.map(\.name) }

    /// Sorts stably by what `value` finds for each key.
    func sorted<Element>(_ elements: [Element], _ value: (Element, String) -> JSONValue) -> [Element] {
        guard !keys.isEmpty else { return elements }
        let values = elements.map { element in keys.map { value(element, $0.name) } }
        let order = elements.indices.sorted { one, other in
            for (index, key) in keys.enumerated() where values[one][index] != values[other][index] {
                return Ordering.precedes(values[one][index], values[other][index]) != key.isDescending
            }
            return one < other
        }
        return order.map { elements[$0] }
    }

    private static func precedes(_ one: JSONValue, _ other: JSONValue) -> Bool {
        switch (one, other) {
        case (.integer(let one), .integer(let other)): one < other
        case (.string(let one), .string(let other)): one < other
        case (.bool(let one), .bool(let other)): !one && other
        case (.null, _): true
        default: false
        }
    }
}
