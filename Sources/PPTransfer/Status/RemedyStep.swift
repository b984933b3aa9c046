package import Globus

/// A step of a remedy for which a program may have a command, an option or a variable. The library knows what is to be done; how it is
/// typed is in the wording that the program passes.
package enum RemedyStep: Hashable, Sendable {
    /// Keeping the journal in another directory.
    case moveJournal
    /// Naming a directory for the journal, if there is none.
    case nameJournal
    /// Making sure that no other process works on the transfer.
    case endOtherRuns
    /// The setting by which a task that the login in use cannot see counts as ended.
    case forgettingTask
    /// The setting by which most files of a destination may be deleted.
    case deletingMost
    /// The setting by which an archived cycle is archived at other ends as well.
    case archivingAgain
    /// Removing the record of a transfer.
    case forgetRecord(TransferWords)
    /// Recording that files are at the destination again.
    case confirmReturn
    /// Recording that all files of the transfer lie at another place now.
    case recordMove
    /// Looking at the files of a place: `archer2:/work/n02`.
    case list(place: String)
    /// Cancelling a task of the transfer.
    case cancelTask
    /// Deleting at the source what is archived.
    case deleteSource
    /// Sending once more what is lost at the destination.
    case sendAgain
    /// Looking at what the journal has of the transfer.
    case lookAtRecord
    /// Writing the list of files for a job at the destination.
    case writeList
    /// Writing such a job that also gives the files the group and the mode that the description says.
    case mendRights
    /// Recording what such a job reports. The transfer, as its workflow, cycle and name; and the file.
    case takeReport(TransferWords, file: String)
    /// Having Globus read the bytes of an archived file.
    case proveBytes
    /// Recording that a file is no longer at the destination, so that it is sent once more.
    case recordLoss
    /// A value that was given to a variable, as messages call it.
    case setting(String)
    /// Naming newer site files.
    case nameSites
    /// Naming the files of sites otherwise, one of which cannot be read.
    case nameSiteFile
    /// Adding a site of this name.
    case addSite(alias: String)
    /// Looking up a collection that is named by what people call it.
    case lookUp
    /// Searching for a collection.
    case searchCollections
    /// Running a transfer whose submission has no known answer.
    case repeatSubmission
    /// Seeing what the transfer's Globus task does now.
    case follow(TransferWords)
    /// Cancelling the transfer.
    case cancel(TransferWords)
    /// Logging in for the program's own login; `factor`: with a second one.
    case logIn(collections: [String], sessions: [String], policies: [String], factor: Bool)

    /// The words by which a transfer is named.
    package struct TransferWords: Hashable, Sendable {
        package var workflow: String
        package var cycle: String?
        package var name: String?

        package init(workflow: String, cycle: String?, name: String?) { (self.workflow, self.cycle, self.name) = (workflow, cycle, name) }
    }
}

/// How the steps of remedies are worded: in the library's terms, or as the commands of a program.
package struct RemedyWording: Sendable {
    private let name: String
    private let words: @Sendable (RemedyStep, _ journal: String?, RemedyStep.TransferWords?) -> Remedy
    /// The directory of the journal, if whoever reads the words must name it to find the records.
    private var journal: String?
    /// The transfer that the words are about, if they are about one.
    private var transfer: RemedyStep.TransferWords?

    /// - Parameters:
    ///   - name: tells one wording from another.
    ///   - words: the words of a step, given the journal and the transfer that they name; for `logIn` a command, or an empty text if there is
    ///     none.
    package init(name: String, _ words: @escaping @Sendable (RemedyStep, _ journal: String?, RemedyStep.TransferWords?) -> Remedy) {
        (self.name, self.words) = (name, words)
    }

    package subscript(step: RemedyStep) -> Remedy { words(step, journal, transfer) }

    /// The same words, with the journal and the transfer in them.
    ///
    /// - Parameter journal: `nil` leaves it as it is, and likewise `transfer`.
    package func naming(_ journal: String?, _ transfer: RemedyStep.TransferWords? = nil) -> Self {
        var wording = self
        wording.journal = journal ?? self.journal
        wording.transfer = transfer ?? self.transfer
        return wording
    }

    /// The wording for programs that use the library.
    package static let library = RemedyWording(name: "library") { step, _, _ in
        switch step {
        case .moveJournal: "keep the journal in another directory"
        case .nameJournal: "make the journal with the path of a directory"
        case .endOtherRuns: "make sure that no other process works on this transfer"
        case .forgettingTask: "forgetsTask"
        case .deletingMost: "deletesMost"
        case .archivingAgain: "archivesAgain"
        case .forgetRecord: "remove its record from the journal"
        case .confirmReturn: "verify the transfer again"
        case .recordMove: "record their new place in the journal"
        case .list(let place): "list these files at \(place)"
        case .cancelTask: "cancel it"
        case .deleteSource: "start the plan again, which deletes them"
        case .sendAgain: "re-send them"
        case .lookAtRecord: "see the journal's record"
        case .writeList: "write the list again"
        case .mendRights: "correct them at the destination (chgrp, chmod)"
        case .takeReport(_, let file): "verify with the report \(file)"
        case .proveBytes: "only reading it at the destination shows its content"
        case .recordLoss: "it stays until it is re-sent"
        case .setting(let name): "value of \(name)"
        case .nameSites: "it may have changed"
        case .nameSiteFile: "it was given as a site file"
        case .addSite(let alias): "add one with the alias '\(alias)' to the sites that are given"
        case .lookUp: "it is searched for when the transfer starts"
        case .searchCollections: "search for it at https://app.globus.org/collections"
        case .repeatSubmission: "start it again"
        case .follow: "start the same plan again, which resumes it"
        case .cancel: "start it again, and cancel it"
        case .logIn: ""
        }
    }
}

extension RemedyWording: Equatable {
    package static func == (one: RemedyWording, other: RemedyWording) -> Bool { one.name == other.name && one.journal == other.journal }
}
