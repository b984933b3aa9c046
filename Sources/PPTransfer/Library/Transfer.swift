import Globus

/// A transfer that was started: its progress, its report, and the two ways to end it.
///
/// It goes on whether or not this value is kept.
public struct Transfer: Sendable, Identifiable {
    /// The transfer's id, as its plan has it.
    public let id: TransferID
    let control: TransferControl
    let clock: any Timekeeper

    /// The steps of the transfer. Each loop over it begins with the present step and ends with the transfer.
    public var progress: Progress { Progress(control: control) }

    /// The report, once the transfer has ended. Never throws: a failure is a report, too.
    ///
    /// If the calling task is cancelled, it returns at once, with a report of result `running` whose `transferContinues` is `true`. The
    /// transfer is not affected.
    public var value: TransferReport {
        get async {
            guard let (report, time) = await control.finished() else { return unfinished }
            return TransferReport(report, at: time)
        }
    }

    /// Stops waiting for the transfer. A Globus task that was submitted continues, and `value` is ready shortly after, with the result
    /// `interrupted`; the journal has the same, so that starting the plan again resumes the transfer.
    ///
    /// Does nothing if the transfer has ended.
    public func cancelWaiting() { control.stopWaiting() }

    /// Cancels the transfer and its Globus task, and returns once that is over.
    ///
    /// A submission that is on its way is brought to its answer first, so that no task is left behind. The task is read again after its
    /// cancellation: if it had ended before, the report says how, and a success is verified. What had arrived stays at the destination.
    ///
    /// - Returns: a report of result `cancelled`, or how the transfer had ended. If Globus cannot be asked, or the task is slow to end,
    ///   `transferContinues` is `true`, and it may be called again. If the calling task is cancelled while the transfer is under way, it
    ///   returns as `value` does, and the cancellation goes on.
    @discardableResult
    public func cancelTransfer() async -> TransferReport {
        await control.callOff()
        guard let (report, time) = control.ended else { return unfinished }
        return TransferReport(report, at: time)
    }

    private var unfinished: TransferReport { TransferReport(unfinished: id, task: control.task, at: clock.now) }
}

extension Transfer {
    /// The steps of one transfer, for any number of readers. A reader that is slower than the transfer misses the oldest of more than 64
    /// steps; the last step, `ended`, reaches all.
    public struct Progress: AsyncSequence, Sendable {
        /// One step of the transfer.
        public typealias Element = TransferStep
        /// Reading the steps never fails; the outcome of the transfer is in the last step.
        public typealias Failure = Never

        let control: TransferControl

        /// Begins to read, with the present step.
        public func makeAsyncIterator() -> Iterator { Iterator(steps: control.steps.makeAsyncIterator()) }

        /// A reader of the steps.
        public struct Iterator: AsyncIteratorProtocol {
            var steps: AsyncStream<TransferStep>.Iterator

            /// Returns the next step; `nil` once the transfer has ended, or the calling task is cancelled.
            public mutating func next() async -> TransferStep? { await steps.next() }

            /// Returns the next step, likewise.
            public mutating func next(isolation actor: isolated (any Actor)?) async -> TransferStep? {
                await steps.next(isolation: actor)
            }
        }
    }
}
