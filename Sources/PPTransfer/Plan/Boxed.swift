/// Keeps a large value apart from the one that holds it. The holder then is small to pass on and to copy; copies share what is kept, and a
/// change is seen in one of them alone.
@propertyWrapper
package struct Boxed<Value> {
    fileprivate final class Box {
        let value: Value

        init(_ value: Value) { self.value = value }
    }

    private var box: Box

    package init(wrappedValue: Value) { box = Box(wrappedValue) }

    package var wrappedValue: Value {
        get { box.value }
        set { box = Box(newValue) }
    }
}

extension Boxed: Sendable where Value: Sendable {}

extension Boxed.Box: Sendable where Value: Sendable {}

extension Boxed: Equatable where Value: Equatable {
    package static func == (one: Boxed, other: Boxed) -> Bool { one.box === other.box || one.wrappedValue == other.wrappedValue }
}
