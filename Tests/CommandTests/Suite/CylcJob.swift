import Foundation

/// A job of a Cylc workflow, with a `cylc` that writes down what it is told.
struct CylcJob {
    let desk: Desk

    init(_ desk: Desk) throws {
        self.desk = desk
        try desk.write("bin/cylc", "#!/bin/sh\nprintf '%s\\n' \"$@\" >> '\(desk.path("told"))'\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: desk.path("bin/cylc"))
        for name in ["share", "log"] {
            try FileManager.default.createDirectory(atPath: desk.path(name), withIntermediateDirectories: true)
        }
    }

    var environment: [String: String] {
        [
            "PATH": desk.path("bin") + ":/usr/bin:/bin", "CYLC_WORKFLOW_ID": "u-ab123/run1", "CYLC_WORKFLOW_NAME": "u-ab123",
            "CYLC_TASK_CYCLE_POINT": "19880901T0000Z", "CYLC_TASK_JOB": "19880901T0000Z/pptransfer/01",
            "CYLC_WORKFLOW_SHARE_DIR": desk.path("share"), "CYLC_TASK_LOG_DIR": desk.path("log"),
        ]
    }

    /// In their order; each with its severity.
    var messages: [String] {
        String(decoding: desk.contents("told") ?? Data(), as: UTF8.self).split(separator: "\n").map(String.init)
            .filter { $0.contains(":pptransfer") }
    }
}
