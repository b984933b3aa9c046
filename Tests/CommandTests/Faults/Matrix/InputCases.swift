import Foundation
import Testing

/// F60, F61, F65: what was given cannot be used. Nothing is sent.
let inputCases: [FaultCase] = [
    refused("a flow that is never closed", "pptransfer: 1\nfrom: {collection: archer2", at: "task.yaml:"),
    refused("tabs", "pptransfer: 1\nfrom:\n\tcollection: archer2\n", at: "task.yaml:3:1: error: "),
    refused("a key that is there twice", "pptransfer: 1\npptransfer: 1\n", at: "task.yaml:2:1: error: "),
    refused("a bomb of aliases", bomb, at: "task.yaml:"),
    refused("a line of 10 MB", "pptransfer: 1\nname: " + String(repeating: "x", count: 10_000_000), at: "task.yaml"),
    refused("a value of the wrong kind", valid("transfer: {verify_checksum: [1]}"), at: "task.yaml:6:"),
    refused(
        "an unknown key", valid("transfr: {sync: size}"),
        at: "task.yaml:6:1: error: transfr: this key is not known; did you mean 'transfer'?"),
    refused(
        "no UUID", valid(collection: "a2f53b7f-1b4e-4dce-9b7c-349ae760fee"), at: "task.yaml:5:18: error: to.collection: ",
        status: [42, 65]),
    refused("no cycle point", valid(cycle: "1988/09"), at: "task.yaml:3:8: error: cycle: "),
    refused("no UTF-8", "pptransfer: 1\nname: \u{1}", at: "task.yaml:2:"),
    FaultCase(60, title: "four mistakes come in one pass", [65]) { world in
        try world.desk.describe(
            "pptransfer: 1\nname: a/b\nfrom: {collection: archer2, path: work}\nto: {colection: jasmin, path: /b}\ndate: 1\n")
        world.demand(await world.end(of: try world.start("run", "task.yaml")), says: ":2:7:", ":3:35:", ":4:6:", ":5:1:", "4 errors")
    },
    FaultCase(65, title: "two cycles that go to the same directory", [65]) { world in
        try world.desk.describe(world.desk.description(cycle: nil, from: "/work/{cycle}", to: "/gws/canari"))
        let cycles = ["--cycles", "19880901T0000Z/19881101T0000Z/P1M"]
        world.demand(
            await world.end(of: try world.desk.start(["validate", "task.yaml"] + cycles, world.environment)),
            says: "the cycles 19880901T0000Z and 19881001T0000Z go to the same directory '/gws/canari'", "with {cycle}")
        world.demand(world.standIn.requests.isEmpty, "requests were made")
    },
    FaultCase(61, title: "a collection that is retired", [42]) { world in
        try world.desk.write(
            "home/.config/pptransfer/sites.yaml",
            """
            archer2: {collection: \(Desk.archer2), name: Archer2 file systems}
            old: {collection: \(Desk.vault), name: Old, retired: it was switched off, successor: jasmin}
            jasmin: {collection: \(Desk.jasmin), name: JASMIN}
            """)
        for name in ["old"] {
            try world.desk.describe(valid(collection: name))
            world.demand(await world.end(of: try world.start("run", "task.yaml")), says: "it was switched off", "jasmin")
        }
    },
    FaultCase(61, title: "a collection that nobody knows", [42]) { world in
        try world.desk.describe(valid(collection: "jasmine"))
        world.demand(await world.end(of: try world.start("run", "task.yaml")), says: "no site is called 'jasmine'", "jasmin")
    },
]

private func valid(_ more: String = "", collection: String = "jasmin", cycle: String = "19880901T0000Z") -> String {
    """
    pptransfer: 1
    workflow: u-ab123
    cycle: \(cycle)
    from: {collection: archer2, path: /work}
    to: {collection: \(collection), path: /b}
    \(more)
    """
}

private let bomb =
    "pptransfer: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    + (1...9).map { "a\($0): &a\($0) [\(Array(repeating: "*a\($0 - 1)", count: 9).joined(separator: ", "))]\n" }.joined()

private func refused(_ title: String, _ text: String, at place: String, status: FaultCase.Statuses = 65) -> FaultCase {
    FaultCase(60, title: "description: " + title, [status]) { world in
        try world.desk.describe(text)
        world.demand(await world.end(of: try world.start("run", "task.yaml")), says: place)
        world.demand(world.standIn.requests.isEmpty, "requests were made")
    }
}
