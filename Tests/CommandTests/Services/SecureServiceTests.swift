import Foundation
import TestSupport
import Testing

/// The service over TLS and through a proxy, under names that are not loopback: what breaks there passes, within the outage that is
/// allowed.
struct SecureServiceTests {
    private let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.write("data/a.pp", "a")
        try desk.describe(desk.description())
    }

    @Test(arguments: [TLSFront.Handshake.reset, .alert, .plain])
    func `a handshake that is broken off is an outage`(handshake: TLSFront.Handshake) async throws {
        try await LocalService.with(desk) { service in
            let front = try await TLSFront(to: service.standIn.port, handshakes: [handshake, .done, handshake])
            defer { front.stop() }
            let end = try await desk.run(
                "run", "task.yaml", with: service.environment.merging(front.environment(path: service.standIn.path)) { $1 })
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.errors.contains("TLS handshake was broken off") || end.errors.contains("broke off"), "\(end.errors)")
            #expect(!end.everything.contains("REHEARSAL"))
            #expect(desk.exists("jasmin/gws/canari/19880901T0000Z/a.pp"))
        }
    }

    @Test func `a proxy that fails for a moment is an outage, and the service's own names are used`() async throws {
        try await LocalService.with(desk) { service in
            let front = try await TLSFront(to: service.standIn.port, connects: [502, 503, 504])
            defer { front.stop() }
            let end = try await desk.run(
                "run", "task.yaml", with: service.environment.merging(front.environmentByProxy(path: service.standIn.path)) { $1 })
            #expect(end.status == 0, "\(end.everything)")
            #expect(end.errors.contains("(HTTPS_PROXY) refused the connection (502)"))
            #expect(try await service.tasks().count == 1)
        }
    }

    @Test(arguments: [
        ["REQUESTS_CA_BUNDLE"], ["CURL_CA_BUNDLE"], ["SSL_CERT_FILE"], ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"],
    ])
    func `authorities are those of the variables that the Globus CLI's users have set, the first one counting`(names: [String]) async throws
    {
        try await LocalService.with(desk) { service in
            let front = try await TLSFront(to: service.standIn.port)
            defer { front.stop() }
            var environment = service.environment.merging(front.environment(path: service.standIn.path)) { $1 }
            environment["GLOBUS_SDK_VERIFY_SSL"] = "yes"
            for name in names { environment[name] = name == names.first ? front.certificate : "/none.pem" }
            let end = try await desk.run("run", "task.yaml", with: environment)
            #expect(end.status == 0, "\(end.everything)")
            // One that is not there is named with its variable, and nothing is sent.
            let requests = service.standIn.requests.count
            environment[names[0]] = "/none.pem"
            let missing = try await desk.run("run", "task.yaml", with: environment)
            #expect(missing.status == 64, "\(missing.everything)")
            #expect(missing.errors.contains("\(names[0]): '/none.pem' is not a CA bundle that can be read"), "\(missing.errors)")
            // Verification is not switched off by any of them, nor does one count beside the SDK's own.
            let other = try await TLSFront(to: service.standIn.port)
            environment[names[0]] = other.certificate
            let useless = try await desk.run("check", "task.yaml", with: environment)
            #expect(useless.status == 30, "\(useless.everything)")
            #expect(useless.everything.contains(other.certificate), "\(useless.everything)")
            other.stop()
            #expect(service.standIn.requests.count == requests)
            environment["GLOBUS_SDK_VERIFY_SSL"] = front.certificate
            #expect(try await desk.run("check", "task.yaml", with: environment).status == 0)
        }
    }

    @Test func `authorities may be a directory, as openssl rehash makes one`() async throws {
        try await LocalService.with(desk) { service in
            let front = try await TLSFront(to: service.standIn.port)
            defer { front.stop() }
            try desk.write("authorities/ours.pem", String(contentsOfFile: front.certificate, encoding: .utf8))
            let rehash = try Child(["/usr/bin/openssl", "rehash", desk.path("authorities")])
            #expect(await rehash.ended() == 0)
            var environment = service.environment.merging(front.environment(path: service.standIn.path)) { $1 }
            (environment["GLOBUS_SDK_VERIFY_SSL"], environment["REQUESTS_CA_BUNDLE"]) = (nil, desk.path("authorities"))
            #expect(try await desk.run("check", "task.yaml", with: environment).status == 0)
        }
    }

    @Test(arguments: ["GLOBUS_SDK_VERIFY_SSL", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
    func `a bundle that cannot be used is named with its variable, whatever the command, before anything is sent`(name: String) async throws
    {
        let sound = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmg\n-----END CERTIFICATE-----\n"
        try desk.write("empty.pem", "")
        try desk.write("text.pem", "no certificate\n")
        try desk.write("cut.pem", sound + "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmg\n")
        try desk.write("wrong.pem", "-----BEGIN CERTIFICATE-----\n<html>\n-----END CERTIFICATE-----\n")
        try desk.write("directory/.keep", "")
        try FileManager.default.removeItem(atPath: desk.path("directory/.keep"))
        #expect(mkfifo(desk.path("pipe.pem"), 0o600) == 0)
        let faults = [
            "none.pem": "there is no such file", "empty.pem": "the file is empty", "text.pem": "it holds no certificate in PEM form",
            "cut.pem": "the certificate in line 4 is cut off", "wrong.pem": "the certificate in line 1 is damaged",
            "directory": "the directory is empty", "pipe.pem": "it is a named pipe, not a file",
        ]
        for (file, fault) in faults {
            // Nothing answers at this address.
            let end = try await desk.run(
                "run", "task.yaml",
                with: Desk.service("https://0.0.0.0:1").merging([name: desk.path(file)]) { $1 })
            #expect(end.status == 64, "\(end.everything)")
            #expect(end.errors.contains("\(name): '\(desk.path(file))' is "), "\(end.everything)")
            #expect(end.errors.contains("a CA bundle that can be read (\(fault))"), "\(end.everything)")
        }
    }

    @Test func `a certificate for another name stays final`() async throws {
        try await LocalService.with(desk) { service in
            let front = try await TLSFront(to: service.standIn.port, names: "DNS:elsewhere.example")
            defer { front.stop() }
            let end = try await desk.run(
                "run", "task.yaml", with: service.environment.merging(front.environment(path: service.standIn.path)) { $1 })
            #expect(end.status == 30, "\(end.everything)")
            #expect(end.output.contains("no trusted TLS connection to 0.0.0.0"), "\(end.everything)")
            #expect(!end.errors.contains("trying again"))
        }
    }

    @Test(arguments: [101, 302, 400, 403, 405, 413, 431])
    func `one answer of a portal or a proxy during a run is asked for again`(status: Int) async throws {
        let page = "<html>portal</html>"
        let server = try LoopbackServer.refusing(.respond(status, headers: ["Content-Type: text/html"], body: page))
        defer { server.stop() }
        try desk.describe(desk.description("wait: {outage: 1s}"))
        let end = try await desk.run("run", "task.yaml", with: Desk.service(server.base))
        #expect(end.status == 30, "\(end.everything)")
        #expect(server.submissions.count >= 2)
        #expect(!end.everything.contains("defect"))
    }

    @Test func `a collection's own fault at the submission passes`() async throws {
        let fault = #"{"code":"ExternalError.ConnectFailed","message":"connection refused","request_id":"r1"}"#
        let server = try LoopbackServer.refusing(.respond(502, body: fault))
        defer { server.stop() }
        let program = try desk.start(["run", "task.yaml"], Desk.service(server.base))
        try await until(program) { program.errorsSoFar.contains("submitting again in 5.0 s") }
        program.signal(SIGTERM)
        let end = await program.completed()
        #expect(end.status == 143, "\(end.everything)")
    }

    // MARK: secrets

    private static let token = "Ag9kq2Jw0Wd7ZxT5v1LpYb3RmNfH8sUeXcVbNm"

    @Test func `what a service or a proxy sends back of our secrets is written nowhere`() async throws {
        let forms = [Self.token, Data(Self.token.utf8).base64EncodedString(), Data("x:\(Self.token)".utf8).base64EncodedString()]
        let echo = forms.joined(separator: " ")
        let server = try LoopbackServer.refusing(
            .respond(400, body: #"{"code":"ClientError.\#(Self.token)","message":"Bearer \#(echo)","request_id":"\#(Self.token)"}"#))
        defer { server.stop() }
        try FileManager.default.createDirectory(atPath: desk.path("job"), withIntermediateDirectories: true)
        for arguments in [["run", "-v", "task.yaml"], ["run", "--json", "task.yaml"], ["status", "u-ab123"], ["check", "task.yaml"]] {
            let end = try await desk.start(
                arguments, Desk.service(server.base, token: Self.token).merging(["PPTRANSFER_JOURNAL": desk.path("journal")]) { $1 }
            ).completed()
            for form in forms { #expect(!end.everything.contains(form.prefix(38)), "\(arguments)") }
        }
        for (name, data) in try desk.tree("journal") {
            let text = String(decoding: data, as: UTF8.self)
            for form in forms { #expect(!text.contains(form.prefix(38)), "\(name)") }
        }
    }

    @Test(arguments: [
        "http://me:hUnter2se/cret@proxy:1", "http://me:hUnter2forgotten", "ftp-like://me:hUnter2secret@x:1", "http://me:hUnter2@x@[bad:1",
        "http://me:hUnter2se cret@127.0.0.1:1",
    ])
    func `a proxy's setting that cannot be read is not quoted`(setting: String) async throws {
        try desk.describe(desk.description("wait: {outage: 1s}"))
        var environment = Desk.service("https://0.0.0.0:1")
        (environment["HTTPS_PROXY"], environment["https_proxy"]) = (setting, setting)
        for arguments in [["run", "-v", "task.yaml"], ["doctor"]] {
            let end = try await desk.start(arguments, environment).completed()
            #expect(end.status == 64, "\(end.everything)")
            #expect(!end.everything.contains("hUnter2"), "\(end.everything)")
        }
    }

    @Test func `nobody dumps what a run has in memory, and cylc gets no secret`() async throws {
        let server = try LoopbackServer(.stall)
        defer { server.stop() }
        let program = try desk.start(["run", "task.yaml"], Desk.service(server.base))
        try await until(program) { !server.requests.isEmpty }
        let limits = try String(contentsOfFile: "/proc/\(program.pid)/limits", encoding: .utf8)
        #expect(limits.contains(#/Max core file size +0 +0\b/#), "\(limits)")
        program.signal(SIGTERM)
        _ = await program.completed()
    }

    // MARK: the clock

    @Test func `a wrong clock is told, not a defect`() async throws {
        let past = #"{"code":"ClientError.BadRequest.InvalidDeadline","message":"deadline is in the past","request_id":"r1"}"#
        let server = try LoopbackServer.refusing(.respond(400, headers: ["Date: Fri, 15 Jan 2049 08:02:00 GMT"], body: past))
        defer { server.stop() }
        let end = try await desk.run("run", "task.yaml", with: Desk.service(server.base))
        #expect(end.advice.contains(/^this machine's clock is \w+ behind Globus's: correct it/), "\(end.errors)")
        #expect(!end.errors.contains("defect"))
    }
}
