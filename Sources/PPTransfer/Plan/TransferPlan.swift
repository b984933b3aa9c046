package import CycleCalendar
package import Globus
import PositionedYAML
import SystemFiles

/// One transfer with nothing left to look up: the description, its two ends found, its label made.
package struct TransferPlan: Sendable, Equatable {
    @Boxed package var description: TaskDescription
    @Boxed package var source: ResolvedEnd
    @Boxed package var destination: ResolvedEnd
    /// Where the source lies on this machine; `nil` if it is not mounted here.
    package var localSource: LocalSource?
    /// Where it arrives on this machine; `nil` if it goes elsewhere.
    package var localDestination: LocalDestination?
    /// What Globus Connect Personals of this machine are asked for; empty if nothing.
    package var personalAccess: [PersonalAccess] = []
    package var label: TransferLabel
    /// What versions before 0.3 called the workflow: the name of the description's file alone. `nil` for a transfer that is named otherwise.
    package var formerWorkflow: String?
    /// Whether other transfers are expected to have files in the same directory at the destination.
    var isAmongOthers = false
    /// Why what is at the source's path on this machine is not what the collection shows; `nil` if that was not found.
    var notMounted: String?

    package init(
        description: TaskDescription, source: ResolvedEnd, destination: ResolvedEnd, localSource: LocalSource? = nil,
        localDestination: LocalDestination? = nil, label: TransferLabel
    ) {
        self.description = description
        self.source = source
        self.destination = destination
        (self.localSource, self.localDestination, self.label) = (localSource, localDestination, label)
    }

    /// As whom the collections are asked, where that is chosen.
    package var localUsers: [CollectionID: String] {
        var users: [CollectionID: String] = [:]
        for end in [source, destination] { users[end.collection] = end.localUser ?? users[end.collection] }
        return users
    }

    package var workflow: String { description.workflow.value }
    package var cycle: CyclePoint? { description.cycle?.value }
    package var name: String? { description.name?.value }

    /// What happens to symbolic links below the source.
    package var links: TaskDescription.LinkPolicy { description.links(isLocal: localSource != nil) }

    /// The directory of this machine that a manifest's paths start from; `nil` if the source is not here.
    var localRoot: String? {
        guard let localSource else { return nil }
        guard localSource.isFile else { return localSource.path }
        return localSource.path.directory ?? (localSource.path.begins(with: "/") ? "/" : ".")
    }

    /// Whether the source is on this machine, and has a file of this name.
    func isAtSource(_ path: String) -> Bool { localRoot.map { access($0 + "/" + path, F_OK) == 0 } ?? false }

    /// Whether the proof by digest is made by reading what arrived: the source is elsewhere, and the destination is here.
    var readsArrivals: Bool { localDestination != nil && localSource == nil && description.verify.level == .digest }

    /// The group and the permissions that files are to have where they arrive; `nil` if neither the description nor the site says.
    package var expectedRights: ExpectedRights? {
        let (own, site) = (description.rights, destination.site?.rights)
        let rights = ExpectedRights(group: own.group?.value ?? site?.group, mode: own.mode?.value ?? site?.mode)
        return rights == ExpectedRights() ? nil : rights
    }

    /// `u-ab123 19880901T0000Z atmos`: how messages call it.
    package var title: String { [workflow, cycle?.description, name].compactMap { $0 }.joined(separator: " ") }
}

extension TransferPlan {
    /// Gives the transfer another workflow, and so another record and label.
    package mutating func rename(_ workflow: String) {
        description.workflow.value = workflow
        description.isNamedByFile = false
        label = TransferLabel(workflow: workflow, cycle: cycle?.description, name: name)
    }
}

/// What a submission sends.
package enum SubmissionContents: Sendable, Equatable {
    /// Each file by name.
    case files(Manifest)
    /// The source directory, walked by Globus under filter rules.
    case directory
    /// The source is one file, on a collection that is not mounted here.
    case file
}

extension TransferPlan {
    /// The document that asks Globus for this transfer.
    ///
    /// A source that lies on this machine is sent as a list of its files, not as one recursive item: exactly what was scanned goes (and
    /// can be proven), whatever appears in the directory meanwhile; patterns may speak of paths, which filter rules cannot; and each
    /// file may later carry its own checksum. A source that lies elsewhere is one recursive item, with the patterns as filter rules:
    /// only Globus sees it, and a dry run can still show the whole document without a network.
    ///
    /// - Parameter now: the deadline counts from here.
    package func document(_ contents: SubmissionContents, now: Timestamp) -> TransferDocument {
        var document = heading(contents, now: now)
        document.items = Array(items(contents))
        return document
    }

    /// The document without its items.
    func heading(_ contents: SubmissionContents, now: Timestamp) -> TransferDocument {
        var document = TransferDocument(from: source.collection, to: destination.collection, items: [])
        let options = description.transfer
        (document.sourceLocalUser, document.destinationLocalUser) = (source.localUser, destination.localUser)
        document.label = taskLabel
        document.deadline = (now + options.deadline).wire
        document.syncLevel = options.sync
        document.verifyChecksum = options.verifyChecksum
        document.preserveTimestamp = options.preserveTimestamp
        document.encryptData = encryption
        document.failOnQuotaErrors = options.failOnQuotaErrors
        document.skipSourceErrors = false
        document.notifyOnSucceeded = options.notify.contains(.succeeded)
        document.notifyOnFailed = options.notify.contains(.failed)
        document.notifyOnInactive = options.notify.contains(.inactive)
        document.storeBasePathInfo = true
        if contents == .directory {
            document.recursiveSymlinks = links == .follow ? .copy : .ignore
            document.filterRules = filterRules
        }
        return document
    }

    /// Whether Globus is asked to encrypt the data; `nil` as long as only the collections' documents can tell.
    package var encryption: Bool? {
        if [source, destination].contains(where: { $0.site?.forcesEncryption == true }) { return true }
        switch description.transfer.encrypt {
        case .always: return true
        case .never, nil: return false
        case .auto: return nil
        }
    }

    /// What the document has as its items, each made when it is asked for.
    func items(_ contents: SubmissionContents) -> AnySequence<TransferItem> {
        switch contents {
        case .directory:
            AnySequence([
                TransferItem(sourcePath: source.path.asDirectory, destinationPath: destination.path.asDirectory, recursive: true)
            ])
        case .file:
            AnySequence([
                TransferItem(
                    sourcePath: source.path.description, destinationPath: destination.path.appending(source.path.name).description,
                    recursive: false)
            ])
        case .files(let manifest):
            AnySequence(
                manifest.entries.lazy.map { [sourceRoot, destination] entry in
                    TransferItem(
                        sourcePath: sourceRoot.appending(entry.path).description,
                        destinationPath: destination.path.appending(entry.path).description, recursive: false,
                        externalChecksum: entry.digest?.hex, checksumAlgorithm: entry.digest?.algorithm.wireName)
                })
        }
    }

    /// Whether a further run lets Globus compare what must not be deleted before that.
    var comparesAgain: Bool {
        description.clean.source == .delete && description.transfer.sync == .checksum && description.verify.level != .digest
    }

    /// The directory that a manifest's paths start from: the source, or its parent if the source is a single file.
    var sourceRoot: CollectionPath { localSource?.isFile == true ? source.path.parent : source.path }

    /// The selection as the service understands it: the first rule that matches a name decides.
    private var filterRules: [FilterRule] {
        let select = description.select
        let rules =
            [CanaryName.prefix + "*", NFSName.rule].map { FilterRule(.exclude, $0, type: .file) }
            + select.exclude.map { FilterRule(.exclude, $0.value, type: $0.isBareName ? nil : .file) }
            + select.include.map { FilterRule(.include, $0.value, type: .file) }
            + (select.include.isEmpty ? [] : [FilterRule(.exclude, "*", type: .file)])
        return rules
    }
}

extension RemedyStep.TransferWords {
    /// The words by which commands find a plan's record.
    init(_ plan: TransferPlan) { self.init(workflow: plan.workflow, cycle: plan.cycle?.description, name: plan.name) }
}
