import Foundation
import GlobusTesting
import TestSupport
import Testing

@testable import Globus
@testable import GlobusCLILogin

extension LoginNames {
    /// Of a program that the library has never heard of.
    static let test = LoginNames(program: "my-tool")
}

/// A home directory with whatever logins a test puts there.
struct Home {
    let directory: TemporaryDirectory
    let time = SteppedTimekeeper()

    init() throws { directory = try TemporaryDirectory() }

    var path: String { directory.path }
    var store: String { path + "/.globus/cli/storage.db" }
    var login: String { path + "/.config/my-tool/login.json" }

    func database() throws -> CommandLineDatabase { try CommandLineDatabase(store) }

    /// Tokens for Transfer and for Auth.
    func tokens(_ name: String, lasts seconds: Int64 = 172_800, refresh: String? = "refresh") -> [CommandLineDatabase.Token] {
        let expires = time.now.secondsSince1970 + seconds
        return ["transfer.api.globus.org", "auth.globus.org"].map {
            CommandLineDatabase.Token($0, access: "\(name)-\($0.prefix(1))", refresh: refresh.map { "\($0)" }, expires: expires)
        }
    }

    /// Writes a login of our own.
    func writeOwn(_ name: String, lasts seconds: Int64 = 172_800, refresh: String = "refresh", environment: String = "production") throws {
        let file = try #require(LoginFile(LoginVariables(["HOME": path, "GLOBUS_SDK_ENVIRONMENT": environment], .test)))
        try file.write(own(name, lasts: seconds, refresh: refresh))
    }

    func own(_ name: String, lasts seconds: Int64 = 172_800, refresh: String = "refresh") -> StoredLogin {
        let tokens = tokens(name, lasts: seconds).map { token in
            (
                token.server,
                StoredToken(
                    accessToken: AccessToken(token.access), refreshToken: AccessToken(refresh),
                    expires: Timestamp(secondsSince1970: token.expires), scope: token.scope)
            )
        }
        return StoredLogin(client: .native(id: "native-client"), tokens: Dictionary(tokens) { first, _ in first })
    }

    func find(
        _ script: any HTTPTransport, _ extra: [String: String] = [:], names: LoginNames? = .test,
        warn: @escaping @Sendable (LoginWarning) -> Void = { _ in }
    ) throws -> ResolvedLogin {
        try Credentials.find(
            in: ["HOME": path].merging(extra) { _, last in last }, names: names, auth: ServiceURL(base: "https://auth.globus.org/"),
            transport: script, time: time, warn: warn)
    }
}

extension AccessToken {
    var text: String { withSecret { $0 } }
}

extension HTTPRequest {
    /// The token that authorises it, or the client's id and secret.
    var proof: String? {
        switch authorization {
        case .bearer(let token): token.text
        case .basic(let id, let secret): "\(id):\(secret.text)"
        case nil: nil
        }
    }

    var form: String { (body?.data).map { String(decoding: $0, as: UTF8.self) } ?? "" }
}

extension Result where Success == HTTPResponse, Failure == TransportError {
    static func renewed(_ token: String, refresh: String? = "refresh", server: String = "transfer.api.globus.org") -> Self {
        .answer(
            200,
            #"{"access_token":"\#(token)","expires_in":172800,"resource_server":"\#(server)","#
                + #""refresh_token":\#(refresh.map { "\"\($0)\"" } ?? "null"),"scope":"urn:globus:auth:scope:\#(server):all","other_tokens":[]}"#
        )
    }
    static let invalidGrant = Self.answer(401, #"{"error":"invalid_grant"}"#)
}
