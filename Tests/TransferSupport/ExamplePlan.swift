import CycleCalendar
import Globus
package import PPTransfer
import PositionedYAML
import Testing

extension TransferPlan {
    /// u-ab123's cycle from archer2 to jasmin.
    package static func example(
        local: String? = nil, source: String = "/work/n02/cycle", name: String? = "atmos",
        destination: String = "/gws/archive", configure: (inout TaskDescription) -> Void = { _ in }
    ) throws -> TransferPlan {
        let position = SourcePosition(file: "task.yaml", line: 1, column: 1)
        func end(_ alias: String, _ path: String) -> TaskDescription.End {
            TaskDescription.End(collection: Positioned(.alias(alias), at: position), path: Positioned(path, at: position))
        }
        func resolved(_ id: String, _ alias: String, _ path: String, _ identity: String) throws -> ResolvedEnd {
            let collection = try #require(CollectionID(id))
            var site = Site(alias: alias, collection: collection, name: alias, position: position)
            site.identity = identity
            return ResolvedEnd(collection: collection, name: alias, path: try CollectionPath(path), site: site)
        }
        let cycle = try #require(CyclePoint("19880901T0000Z"))
        var description = TaskDescription(
            position: position, name: name.map { Positioned($0, at: position) }, workflow: Positioned("u-ab123", at: position),
            cycle: Positioned(cycle, at: position), from: end("archer2", source), to: end("jasmin", destination))
        configure(&description)
        return TransferPlan(
            description: description, source: try resolved("3e90d018-0d05-461a-bbaf-aab605283d21", "archer2", source, "safe.archer2.ac.uk"),
            destination: try resolved("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0", "jasmin", destination, "accounts.jasmin.ac.uk"),
            localSource: local.map { LocalSource(path: $0) },
            label: TransferLabel(workflow: "u-ab123", cycle: cycle.description, name: name))
    }
}

/// Testing has an `ExitStatus` of its own.
package typealias Status = PPTransfer.ExitStatus
