import Globus
import Testing

/// The names that a program sends with its requests.
struct ClientInfoTests {
    @Test(arguments: ["", "a;b", "a,b", "a=b", "a\r\nX: y", "a\u{0}", "a\u{7F}"])
    func `a name that would break a header is refused`(text: String) {
        let error = #expect(throws: GlobusError.self) { try ClientInfo(product: text, version: "1") }
        #expect(error?.code == .invalid)
        #expect(
            error?.message == "\(text.debugDescription) cannot be the name of a program; give a text without ';', ',', '=' and line ends")
        #expect(throws: GlobusError.self) { try ClientInfo(product: "p", version: text) }
    }

    @Test func `other names are kept`() throws {
        let info = try ClientInfo(product: "grüße 2", version: "1.0 (beta)")
        #expect(info.product == "grüße 2")
        #expect(info.version == "1.0 (beta)")
    }

    @Test func `the names of an answer's headers are brought to lower case`() {
        let response = HTTPResponse(status: 429, headers: ["Retry-After": "7", "content-type": "text/html"])
        #expect(response.headers == ["retry-after": "7", "content-type": "text/html"])
    }
}
