import Foundation
import GlobusTesting
import TestSupport
import Testing

@testable import Globus

/// Numbers that others made, at and beyond the ends of what there is room for.
struct EdgeTests {
    static let edges: [Int64] = [.min, .min + 1, -(1 << 53), -60, -1, 0, 1, 59, 60, 1 << 31, 1 << 53, (1 << 53) + 1, .max - 1, .max]

    @Test func `a moment can always be written, and added to`() {
        for seconds in Self.edges {
            let moment = Timestamp(secondsSince1970: seconds)
            #expect(moment.description.utf8.count == 20)
            for other in Self.edges {
                _ = (moment + .seconds(other)).wire
                _ = (moment - Timestamp(secondsSince1970: other)).milliseconds
                _ = Duration.clamped(seconds: other).milliseconds
            }
        }
        #expect(Timestamp(secondsSince1970: .max).description == "9999-12-31T23:59:59Z")
    }

    @Test(arguments: ["9223372036854775807", "9223372036854775808", "-1", "1e18", "1e300", "0.5", "-9223372036854775809", "\"7\"", "null"])
    func `a task's figures are amounts, whatever the service writes`(number: String) throws {
        let names = ["faults", "files", "files_skipped", "files_transferred", "bytes_transferred", "effective_bytes_per_second"]
        let text = "{\"task_id\": \"\(TaskID.example(1))\"," + names.map { "\"\($0)\": \(number)" }.joined(separator: ",") + "}"
        let task = try JSONDecoder().decode(TransferTask.self, from: Data(text.utf8))
        #expect([task.faults, task.files, task.filesSkipped, task.bytesTransferred, task.bytesPerSecond].allSatisfy { $0 >= 0 })
    }

    @Test(arguments: [Int.max, .min, -1, 0])
    func `a token's lifetime may be anything`(seconds: Int) async throws {
        let answer =
            #"{"access_token":"a-token-that-is-long","scope":"s","expires_in":\#(seconds),"resource_server":"transfer.api.globus.org"}"#
        let login = ClientCredentials(
            id: "id", secret: AccessToken("se"), auth: try ServiceURL(base: "https://auth.globus.org"),
            transport: ScriptedTransport(.answer(200, answer)), time: SteppedTimekeeper())
        #expect(try await login.token() == AccessToken("a-token-that-is-long"))
    }

    // MARK: documents

    @Test func `a document that is made to cost more than its size is not read`() {
        func problem(_ text: String) -> DocumentShape.Problem? {
            do throws(DocumentShape.Problem) {
                try DocumentShape.check(Data(text.utf8))
                return nil
            } catch {
                return error
            }
        }
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(problem(deep) == .tooDeep)
        #expect(problem("[" + String(repeating: "1,", count: 1 << 20) + "1]") == .tooDense)
        #expect(problem("[" + String(repeating: "{},", count: 1 << 20) + "1]") == .tooDense)
        #expect(problem(#"{"a": "[[[[\"[[["}"#) == nil)
        let entry = #"{"DATA_TYPE":"file","name":"a.pp","type":"file","size":1,"user":"u","group":"g"},"#
        #expect(problem("[" + String(repeating: entry, count: 20_000) + "{}]") == nil)
    }
}
