import Foundation
import TestSupport
import Testing

/// Every message of `doctor` that a test can bring about, word for word, from the built program: `messages.txt` holds a situation and what
/// is said of it in a line.
struct DoctorMessageTests {
    private static let secret = "s3cr3t-of-nobody"

    /// A situation: what is prepared, and the things that are then of interest.
    private struct Situation: Sendable {
        var name: String
        var subjects: [String]
        var variables: [String: String] = [:]
        var arguments: [String] = []
        var wrapper: [String] = []
        /// Prepares the desk, and gives further variables.
        var prepare: @Sendable (Desk) throws -> [String: String] = { _ in [:] }
    }

    private static func proxy(_ name: String, _ variables: [String: String]) -> Situation {
        Situation(name: "proxy: \(name)", subjects: ["proxy"], variables: variables)
    }

    private static func bundle(_ name: String, _ text: String) -> Situation {
        Situation(name: "certificates: \(name)", subjects: ["services", "certificates"]) { desk in
            try desk.write("bundle.pem", text)
            return ["GLOBUS_SDK_VERIFY_SSL": desk.path("bundle.pem")]
        }
    }

    private static let job = [
        "CYLC_TASK_JOB": "19880901T0000Z/archive/01", "CYLC_WORKFLOW_ID": "u-ab123/run1", "SLURM_JOB_ID": "4711",
    ]

    private static let situations: [Situation] = [
        Situation(
            name: "all is well",
            subjects: [
                "clock", "services", "proxy", "libcurl", "libyaml", "sqlite", "home", "login", "sites", "journal", "open files",
                "PPTRANSFER_ACCESS_TOKEN",
            ],
            variables: ["PPTRANSFER_ACCESS_TOKEN": secret]),

        Situation(
            name: "services: an environment that Globus lacks", subjects: ["services"], variables: ["GLOBUS_SDK_ENVIRONMENT": "moon"]),
        Situation(
            name: "services: a stand-in", subjects: ["services", "journal"],
            variables: ["GLOBUS_SDK_SERVICE_URL_TRANSFER": "http://127.0.0.1:1", "GLOBUS_SDK_SERVICE_URL_AUTH": "http://127.0.0.1:1"]),
        Situation(name: "services: verification off", subjects: ["services"], variables: ["GLOBUS_SDK_VERIFY_SSL": "no"]),
        Situation(
            name: "services: a bundle that is not there", subjects: ["services"], variables: ["GLOBUS_SDK_VERIFY_SSL": "/none/bundle.pem"]),
        bundle("none in the bundle", "nothing\n"),
        bundle("one in the bundle", "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n"),

        proxy("well-formed", ["HTTPS_PROXY": "http://proxy.example.org:3128"]),
        proxy("with a login", ["https_proxy": "http://me:\(secret)@proxy.example.org:3128/"]),
        proxy("the lower case comes first", ["https_proxy": "one.example.org:1", "HTTPS_PROXY": "http://two.example.org:2"]),
        proxy("for everything, by IPv6", ["ALL_PROXY": "socks5h://[2001:db8::1]:1080"]),
        proxy("no port", ["HTTPS_PROXY": "proxy.example.org"]),
        proxy("no proxy's scheme", ["HTTPS_PROXY": "ftp://proxy.example.org:3128"]),
        proxy("no host", ["HTTPS_PROXY": "http://:3128"]),
        proxy("no number for a port", ["HTTPS_PROXY": "http://proxy.example.org:${PORT}"]),
        proxy("for plain http alone", ["http_proxy": "http://proxy.example.org:3128"]),
        proxy("an exception", ["HTTPS_PROXY": "http://proxy.example.org:3128", "NO_PROXY": "localhost, .globus.org"]),

        Situation(name: "home: not set", subjects: ["home", "login", "journal"], variables: ["HOME": ""]),
        Situation(name: "home: not there", subjects: ["home"], variables: ["HOME": "/none/of/this"]),
        Situation(name: "home: a file", subjects: ["home"], variables: ["HOME": "/etc/passwd"]),

        Situation(name: "login: none", subjects: ["login"]),
        Situation(name: "login: a link that leads nowhere", subjects: ["login"]) { desk in
            try FileManager.default.createSymbolicLink(atPath: desk.path("home/.globus"), withDestinationPath: "/home/n02/n02/me/.globus")
            return [:]
        },
        Situation(name: "login: half a service account", subjects: ["login"], variables: ["GLOBUS_CLI_CLIENT_SECRET": secret]),

        Situation(name: "sites: a file that is not there", subjects: ["sites"], variables: ["PPTRANSFER_SITES": "/none/sites.yaml"]),
        Situation(name: "sites: mistakes", subjects: ["sites"]) { desk in
            try desk.write("group.yaml", "vault: {colection: 1}\n")
            return ["PPTRANSFER_SITES": desk.path("group.yaml")]
        },

        Situation(name: "journal: it is there", subjects: ["journal"]) { desk in
            try FileManager.default.createDirectory(atPath: desk.path("suite/journal"), withIntermediateDirectories: true)
            return ["PPTRANSFER_JOURNAL": "journal"]
        },
        Situation(name: "journal: a file is in the way", subjects: ["journal"], arguments: ["--journal", "/etc/passwd"]),
        Situation(name: "journal: below a file", subjects: ["journal"], arguments: ["--journal", "/etc/passwd/journal"]),
        Situation(name: "journal: where nothing can be made", subjects: ["journal"], arguments: ["--journal", "/proc/journal"]),

        Situation(
            name: "open files: few", subjects: ["open files"], wrapper: ["/bin/sh", "-c", "ulimit -n 120; exec \"$@\"", "sh"]),

        Situation(
            name: "variables", subjects: ["PPTRANSFER_", "GLOBUS_", "SSL_"],
            variables: [
                "PPTRANSFER_SITE": "/x", "PPTRANSFER_COLOUR_OF_THE_SKY": "blue", "PPTRANSFER_LOGIN": "", "GLOBUS_PROFILE": "work",
                "GLOBUS_CLI_CLIENT_SECRET": secret, "GLOBUS_SDK_VERIFY_SLL": "yes", "GLOBUS_HOME": "/opt/globus",
                "GLOBUS_SDK_SERVICE_URL_AUTH": "https://me:\(secret)@auth.example.org/", "SSL_CERT_FILE": "/etc/ssl/cert.pem",
                "GLOBUS_SDK_HTTP_TIMEOUT": "30\n",
            ]),

        Situation(name: "job: cylc is not on the PATH, Slurm does not tell", subjects: ["cylc", "slurm"], variables: job),
        Situation(name: "job: cylc is there, the job is over", subjects: ["cylc", "slurm"], variables: job) { desk in
            try desk.write("bin/cylc", "#!/bin/sh\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: desk.path("bin/cylc"))
            return ["PATH": "/bin:" + desk.path("bin"), "SLURM_JOB_END_TIME": "1000000000"]
        },
    ]

    /// What is another on every machine has a name instead.
    private static func steady(_ text: String) -> String {
        text
            .replacing(#/(?m)^ok\ +libcurl:\ \d+\.\d+\.\d+\S*,\ \S+$/#, with: "ok       libcurl: VERSION, TLS")
            .replacing(#/(?m)^ok\ +libyaml:\ \d+\.\d+\.\d+$/#, with: "ok       libyaml: VERSION")
            .replacing(#/(?m)^ok\ +sqlite:\ \d+\.\d+\.\d+$/#, with: "ok       sqlite: VERSION")
            .replacing(#/(?m)^ok\ +open\ files:\ (?:up\ to\ \d+|no\ limit)$/#, with: "ok       open files: LIMIT")
            .replacing(#/(?m)^ok\ +sites:\ \d+\ known/#, with: "ok       sites: N known")
            .replacing(#/\(on\ \S+,\ [0-9.]+\ [kMGTP]?B\ free\)/#, with: "(PLACE)")
    }

    private static func line(of situation: Situation) async throws -> String {
        let desk = try Desk()
        try FileManager.default.createDirectory(atPath: desk.path("state"), withIntermediateDirectories: true)
        let variables = ["XDG_STATE_HOME": desk.path("state")].merging(situation.variables) { $1 }
            .merging(try situation.prepare(desk)) { $1 }
        var end = try await Turns.programs.pass {
            try await desk.start(["doctor"] + situation.arguments, variables, wrapper: situation.wrapper).completed()
        }
        #expect(end.errors.isEmpty, "\(situation.name): \(end.everything)")
        #expect(!end.output.contains(secret), "\(situation.name): \(end.everything)")
        let lines = end.outputLines.filter { line in
            let subject = line.drop { $0 != " " }.drop { $0 == " " }
            return situation.subjects.contains { subject.hasPrefix($0) } && !line.contains("is shared by many machines")
        }
        end.output = steady(lines.map { $0 + "\n" }.joined())
        return Messages.line(situation.name, end, desk)
    }

    @Test func `what doctor says is what stands in the file`() async throws {
        var lines: [String] = []
        for situation in Self.situations { lines.append(try await Self.line(of: situation)) }
        try Messages().expect(lines)
    }

    @Test func `it leaves nothing behind`() async throws {
        let desk = try Desk()
        let before = try desk.tree("")
        _ = try await desk.run("doctor", "--json")
        #expect(try desk.tree("") == before)
    }

    @Test func `it writes JSON with a version, and leaves with the worst failure`() async throws {
        let desk = try Desk()
        let end = try await desk.run("doctor", "--json", with: ["PPTRANSFER_SITES": "/none", "GLOBUS_CLI_CLIENT_ID": "half"])
        let document = try #require(try JSONSerialization.jsonObject(with: Data(end.output.utf8)) as? [String: Any])
        #expect(document["pptransfer"] as? String == "doctor")
        #expect(document["format"] as? Int == 2)
        #expect(document["status"] as? String == "description")
        #expect(end.status == 65)
        let items = try #require(document["items"] as? [[String: Any]])
        let failed = items.filter { $0["state"] as? String == "failed" }.map { $0["subject"] as? String }
        #expect(failed == ["login", "sites"])
    }
}
