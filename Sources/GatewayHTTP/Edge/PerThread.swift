import NIOPosix

/// A value of which every thread has its own: no lock, and no memory that processors must take from each other.
///
/// - Safety: ``withOwn(_:)`` lends a thread its own value and shows it to no other.
final class PerThread<Value>: @unchecked Sendable {
    private final class Box {
        var value: Value

        init(_ value: Value) { self.value = value }
    }

    private let boxes = ThreadSpecificVariable<Box>()
    private let initial: @Sendable () -> Value

    init(_ initial: @escaping @Sendable () -> Value) { self.initial = initial }

    /// - body: must not come back here.
    func withOwn<Result>(_ body: (inout Value) -> Result) -> Result {
        if let box = boxes.currentValue { return body(&box.value) }
        let box = Box(initial())
        boxes.currentValue = box
        return body(&box.value)
    }
}
