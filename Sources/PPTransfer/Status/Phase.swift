/// Where a run stands when something goes wrong.
package enum Phase: Sendable, Equatable {
    case source, submission, waiting
}
