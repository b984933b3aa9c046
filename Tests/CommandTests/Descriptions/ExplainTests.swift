import Globus
import PPTransfer
import Testing

struct ExplainTests {
    private let desk: Desk

    init() throws { desk = try Desk() }

    @Test func `a status and a code are explained, in the order asked for`() async throws {
        let both = try await desk.run("explain", "33", "consentrequired")
        #expect(both.status == 0)
        #expect(both.errors.isEmpty)
        #expect(
            both.outputLines.prefix(2).joined(separator: " ")
                == "conflict (33): another Globus task or transfer uses the same destination paths; running again later may help")
        #expect(both.outputLines.contains("ConsentRequired (HTTP 403): exits with status consent (21); run again once that is done"))
        #expect(both.outputLines.contains("        pptransfer cancel u-ab123 --cycle 19880901T0000Z"))
        #expect(try await desk.run("explain", "143").output.hasPrefix("signal (143): INT, TERM, XCPU, HUP"))
    }

    @Test func `without a word there is the list, or the README's table`() async throws {
        let list = try await desk.run("explain")
        #expect(list.status == 0)
        for status in PPTransfer.ExitStatus.all {
            #expect(list.output.contains("\n\(status.number)") || list.output.hasPrefix("\(status.number)"))
        }
        #expect(list.output.contains("FILE_NOT_FOUND, PATH_NOT_FOUND"))
        #expect(try await desk.run("explain", "--format", "markdown").output == PPTransfer.ExitStatus.table + "\n")
    }

    @Test func `lines keep to the columns of the reader`() async throws {
        let narrow = try await desk.run("explain", "ok", with: ["COLUMNS": "50"])
        #expect(narrow.outputLines.filter { !$0.contains("pptransfer ") }.allSatisfy { $0.count <= 50 })
        #expect(narrow.outputLines.count > (try await desk.run("explain", "ok", with: ["COLUMNS": "150"])).outputLines.count)
    }

    @Test func `JSON has one shape for statuses and codes`() async throws {
        let end = try await desk.run("explain", "--json", "denied", "EndpointPermissionDenied")
        let pages = try #require(JSONValue(text: end.output)["pages"].array)
        #expect(pages.map { $0["kind"].string } == ["status", "code"])
        #expect(pages.map { $0["exit_status"].int } == [23, 23])
        #expect(pages.map { $0["http_status"].int } == [nil, 403])
    }

    @Test func `a word that nobody knows is refused, after those that are known`() async throws {
        let end = try await desk.run("explain", "ok", "14", "sesion")
        #expect(end.status == 64)
        #expect(end.output.hasPrefix("ok (0): "))
        #expect(end.errors.contains("error: '14' is neither an exit status nor an error code of Globus\n"))
        #expect(end.errors.contains("'sesion' is neither an exit status nor an error code of Globus; did you mean 'session'?\n"))
        #expect(end.errors.contains("'pptransfer explain' lists all of them"))
        #expect(try await desk.run("explain", "--all", "ok").status == 64)
    }
}
