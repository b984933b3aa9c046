internal import FoundationEssentials
public import Globus

extension TaskID {
    /// Returns an id for tests: the same for the same number, of which the last two bytes count.
    public static func example(_ number: Int) -> TaskID { TaskID(UUID(number, 0xA0)) }
}

extension CollectionID {
    /// Returns an id for tests: the same for the same number, of which the last two bytes count.
    public static func example(_ number: Int) -> CollectionID { CollectionID(UUID(number, 0x80)) }
}

extension SubmissionID {
    /// Returns an id for tests: the same for the same number, of which the last two bytes count. It is no example of a `TaskID`.
    public static func example(_ number: Int) -> SubmissionID { SubmissionID(UUID(number, 0xB0)) }
}

extension UUID {
    fileprivate init(_ number: Int, _ variant: UInt8) {
        let (high, low) = (UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number))
        self.init(uuid: (0, 0, 0, 0, 0, 0, 0x40, 0, variant, 0, 0, 0, 0, 0, high, low))
    }
}
