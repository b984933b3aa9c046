import Globus
import GlobusTesting
import TestSupport
import Testing

@testable import PPTransfer

/// A source, a journal and a played service, as a program has them that uses the library.
struct LibraryWorld {
    let place: TemporaryDirectory
    let time = SteppedTimekeeper()
    let service: PlayedArchive
    let journal: Journal

    /// - Parameter endless: names of transfers whose tasks do not end by themselves.
    init(endless: [String] = []) throws {
        place = try TemporaryDirectory()
        try place.file("data/a.pp", 10)
        service = PlayedArchive(time, source: place.path + "/data")
        service.state.withLock { state in for name in endless { state.endsAfter[name] = .max } }
        journal = Journal(directory: place.path + "/journal")
    }

    static let archer2 = "3e90d018-0d05-461a-bbaf-aab605283d21"
    static let jasmin = "a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"

    func transfers(journal: Bool = true, sites: Sites = .none) -> Transfers {
        Transfers(service: service, journal: journal ? self.journal : nil, sites: sites, clock: time)
    }

    /// As long as the test needs, in the time that only passes by sleeping.
    static let long = Duration.seconds(100_000_000)

    func plan(_ name: String, cycle: String? = "19880901T0000Z") throws -> Plan {
        let from = Place(try #require(CollectionID(Self.archer2)), try CollectionPath("/work/n02/cycle"), local: place.path + "/data")
        let to = Place(try #require(CollectionID(Self.jasmin)), try CollectionPath("/gws/\(name)"))
        var plan = Plan(id: try TransferID(workflow: "u-ab123", cycle: cycle, name: name), from: from, to: to)
        plan.wait.limit = Self.long
        return plan
    }

    func record(_ name: String) throws -> JournalRecord? {
        try journal.record(workflow: "u-ab123", cycle: "19880901T0000Z", name: name)?.record
    }
}

extension Transfer {
    /// Returns once the transfer has come to a step of this kind.
    func reached(_ kind: TransferStep.Kind) async {
        for await step in progress where step.kind == kind { return }
    }
}
