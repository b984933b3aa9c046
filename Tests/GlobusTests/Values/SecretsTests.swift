import Foundation
import GlobusTesting
import TestSupport
import Testing

@testable import Globus

struct SecretsTests {
    private let secret = #"s3cr+t/With "all" of it: é&?"#

    @Test func `a secret is found however it is written`() throws {
        let secrets = Secrets()
        secrets.add(secret)
        let data = Data(secret.utf8)
        let json = String(decoding: try JSONEncoder().encode(secret), as: UTF8.self)
        var forms = [
            secret, data.base64EncodedString(), Data("id:\(secret)".utf8).base64EncodedString(),
            Data("some-client:\(secret)".utf8).base64EncodedString(), Data("an id:\(secret)\n".utf8).base64EncodedString(),
            ServiceURL.form([.init("client_secret", secret)]), String(json.dropFirst().dropLast()),
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_"),
        ]
        forms.append(ServiceURL.percentEncoded(secret).replacing("%2F", with: "%2f").replacing("%2B", with: "%2b").lowercasedEscapes)
        for form in forms {
            let told = secrets.redacted("before \(form) after")
            #expect(told.hasPrefix("before "), "\(form): \(told)")
            #expect(told.hasSuffix(" after"), "\(form): \(told)")
            #expect(told.contains(Secrets.mark), "\(form): \(told)")
            #expect(!told.contains(form))
        }
        #expect(secrets.redacted("nothing of it") == "nothing of it")
        #expect(secrets.redacted(Array("x\(secret)\(secret)y".utf8)) == Array("x<secret><secret>y".utf8))
    }

    @Test(arguments: [
        ("http://me:hUnter2pass@proxy:3128", ["hUnter2pass"]),
        ("http://me:hUn%40ter2@proxy:3128", ["hUn%40ter2", "hUn@ter2"]),
        ("http://me:hUnter2/slash@proxy:3128", ["hUnter2"]),
        ("http://me:hUnter2@more2@proxy", ["hUnter2@more2", "hUnter2"]),
        ("http://me:hUnter2forgotten", ["hUnter2forgotten"]),
        ("me:hUnter2pass@proxy", ["hUnter2pass"]),
    ])
    func `a proxy's login is a secret, also in a setting that cannot be read`(setting: String, passwords: [String]) {
        let secrets = Secrets()
        secrets.learn(from: ["https_proxy": setting])
        for password in passwords { #expect(secrets.redacted("<\(password)>") == "<\(Secrets.mark)>", "\(password)") }
        let left = Secrets.without(["https_proxy": setting, "PATH": "/bin"])
        #expect(left["PATH"] == "/bin")
        for password in passwords { #expect(left["https_proxy"]?.contains(password) ?? false == false) }
    }

    @Test func `which token is a secret is told by the program's names`() {
        let (secret, token) = ("SecretThatNobodyMaySee", "TokenThatNobodyMaySee")
        let variables = ["GLOBUS_CLI_CLIENT_SECRET": secret, "MY_TOOL_ACCESS_TOKEN": token, "PATH": "/bin"]
        for (names, told, left) in [
            (LoginNames(program: "my-tool"), "<secret> <secret>", ["PATH"]), (nil, "<secret> \(token)", ["MY_TOOL_ACCESS_TOKEN", "PATH"]),
        ] {
            let secrets = Secrets()
            secrets.learn(from: variables, names: names)
            #expect(secrets.redacted("\(secret) \(token)") == told)
            #expect(Secrets.without(variables, names: names).keys.sorted() == left)
        }
    }

    @Test func `a proxy without a login is left as it is`() {
        for setting in ["http://proxy:3128", "http://[::1]:3128", "proxy", "http://proxy:3128/"] {
            #expect(Secrets.without(["https_proxy": setting]) == ["https_proxy": setting])
        }
    }

    @Test func `what the service sends back of a token is in no refusal and no document`() async throws {
        let token = AccessToken("Ag9kq2Jw0Wd7ZxT5v1LpYb3RmNfH8sUe")
        let echo = token.withSecret {
            #"{"code":"Bad \#($0)","message":"Bearer \#($0) and \#(Data($0.utf8).base64EncodedString())","request_id":"\#($0)","task_id":"\#(TaskID.example(1))"}"#
        }
        func client(_ script: ScriptedTransport) throws -> TransferClient {
            TransferClient(
                base: try ServiceURL(base: "https://transfer.api.globus.org"), transport: script, tokens: FixedToken(token, from: "X"))
        }
        let error = await #expect(throws: GlobusError.self) {
            _ = try await client(ScriptedTransport(.answer(400, echo))).task(.example(1))
        }
        let text = String(reflecting: error)
        #expect(text.contains(Secrets.mark))
        token.withSecret { secret in
            #expect(!text.contains(secret))
            #expect(!text.contains(Data(secret.utf8).base64EncodedString().prefix(20)))
        }
        let task = try await client(ScriptedTransport(.answer(200, echo))).task(.example(1))
        token.withSecret { secret in #expect(!"\(task)".contains(secret)) }
    }
}

extension String {
    /// `%2F` as `%2f`.
    fileprivate var lowercasedEscapes: String {
        replacing(/%[0-9A-F]{2}/) { $0.output.lowercased() }
    }
}
