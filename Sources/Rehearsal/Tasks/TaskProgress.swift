import FoundationEssentials
import Globus

/// How far a task is: everything about it that changes.
struct TaskProgress: Sendable {
    /// What an active task does at the moment.
    enum Standing: Sendable, Equatable {
        case queued, working
        /// Between two tries.
        case resting
        case held(Hold)
    }

    /// Why a task waits for a person.
    enum Hold: Sendable, Equatable {
        case paused(String)
        case inactive
        /// For a slot, in truth.
        case queued
        /// With a status, or a nice status, that no real task of today has.
        case status(String)
        case niceStatus(String)
    }

    /// A file that was really sent. Its paths are those of an item and what lies below it.
    struct Success: Sendable {
        let item: Int
        /// Below the item's paths; empty for the item itself.
        let relative: String
        let size: Int64
        let checksum: String?
    }

    /// A path given up because of an error at its source.
    struct Skip: Sendable {
        let item: Int
        let relative: String
        let isDirectory: Bool
        let code: String
        let details: String
        let time: Date
    }

    struct Subtasks: Sendable {
        var total = 0
        var succeeded = 0
        var expired = 0
        var canceled = 0
        var failed = 0
        var skipped = 0
        var retrying = 0

        var pending: Int { total - succeeded - expired - canceled - failed - skipped }
    }

    struct Event: Sendable {
        let code: String
        let isError: Bool
        let description: String
        let details: String
        let time: Date
    }

    /// The code and the description of the event that ended the task.
    struct Fatality: Sendable, Equatable {
        let code: String
        let description: String

        static let canceled = Fatality(code: "CANCELED", description: "canceled")
        static let expired = Fatality(code: "EXPIRED", description: "deadline expired")
    }

    var status = TaskStatus.active
    var standing = Standing.queued
    var label: String?
    var deadline: Date
    /// Set by the user, so progress does not move it.
    var hasOwnDeadline: Bool
    var started: Date?
    var completed: Date?
    var fatality: Fatality?
    var isCanceledByAdministrator = false
    var administratorMessage: String?
    var files = 0
    var directories = 0
    var symlinks = 0
    var filesSkipped = 0
    var filesTransferred = 0
    var subtasks = Subtasks()
    var bytesTransferred: Int64 = 0
    var bytesChecksummed: Int64 = 0
    var faults = 0
    /// Stays while something waits to be tried again.
    var latestError: (code: String, description: String)?
    /// Oldest first.
    var events: [Event] = []
    var successes: [Success] = []
    var skips: [Skip] = []

    /// `nil` once the task has ended.
    var niceStatus: (code: String, description: String)? {
        switch (status, standing) {
        case (.succeeded, _), (.failed, _): nil
        case (_, .held(.inactive)): ("CREDENTIALS_EXPIRED", "credentials expired")
        case (_, .held(.paused)): ("PAUSED", "paused")
        case (_, .held(.queued)): ("Queued", "Queued")
        case (_, .held(.niceStatus(let code))): (code, FaultWords.of(code))
        case _ where latestError != nil: latestError
        case (_, .queued): ("Queued", "Queued")
        default: ("OK", "OK")
        }
    }

    var pauseMessage: String? { if case .held(.paused(let message)) = standing { message } else { nil } }
}
