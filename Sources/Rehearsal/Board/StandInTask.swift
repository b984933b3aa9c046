public import Globus

/// A task as the stand-in itself knows it, whatever its faults let clients see.
public struct StandInTask: Sendable, Hashable {
    public var id: TaskID
    public var label: String?
    public var status: TaskStatus
    /// How the tasks with the same label stood at the moment when this one was accepted.
    public var earlier: [TaskID: TaskStatus]

    /// Whether another task with its label was at work when this one was accepted.
    public var hadLiveTwin: Bool { earlier.values.contains { !$0.hasEnded } }
}
