import FoundationEssentials
import Synchronization
import SystemFiles

/// Every secret that this process has in use, so that none leaves it in text: a service or a proxy may send back what it was given, as it
/// is or encoded, and libcurl quotes settings that it cannot read.
///
/// `AccessToken` and the proxy settings feed it; what writes text asks it.
package final class Secrets: Sendable {
    package static let inUse = Secrets()

    /// What stands in a secret's place.
    package static let mark = "<secret>"

    /// What is shorter, or a short word, is part of ordinary text; nothing that Globus gives out is.
    private static let shortest = 5
    private static let longestWord = 7
    /// Tokens and client secrets are much longer than any word. Only these are looked for in answers, which name people's files.
    static let strong = 20
    /// More are in use only in a process that plays the service; the oldest are given up.
    private static let most = 256

    private struct Known {
        var secrets: [String] = []
        var forms: [[[UInt8]]] = []
    }

    private let known = Mutex(Known())

    package init() {}

    package func add(_ secret: String) {
        let isWord = secret.utf8.count <= Self.longestWord && secret.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }
        guard secret.utf8.count >= Self.shortest, !isWord else { return }
        known.withLock { known in
            guard !known.secrets.contains(secret) else { return }
            if known.secrets.count >= Self.most {
                known.secrets.removeFirst()
                known.forms.removeFirst()
            }
            known.secrets.append(secret)
            known.forms.append(Self.forms(of: secret))
        }
    }

    /// The text without any of the secrets, whichever way they are written.
    package func redacted(_ text: String) -> String {
        guard let bytes = redacted(Array(text.utf8), atLeast: Self.shortest) else { return text }
        return String(decoding: bytes, as: UTF8.self)
    }

    package func redacted(_ bytes: [UInt8]) -> [UInt8] { redacted(bytes, atLeast: Self.shortest) ?? bytes }

    /// An answer without the tokens and client secrets.
    func redacted(_ answer: Data) -> Data { redacted(answer, atLeast: Self.strong).map { Data($0) } ?? answer }

    /// - Returns: `nil` if there is none in it.
    private func redacted(_ bytes: some Collection<UInt8>, atLeast length: Int) -> [UInt8]? {
        let forms = known.withLock { known in
            zip(known.secrets, known.forms).filter { $0.0.utf8.count >= length }.flatMap(\.1)
        }
        guard !forms.isEmpty else { return nil }
        var result: [UInt8]?
        for form in forms.sorted(by: { $0.count > $1.count }) {
            result = Self.replace(form, in: result.map { $0[...] }, orIn: bytes) ?? result
        }
        return result
    }

    private static func replace(_ form: [UInt8], in changed: ArraySlice<UInt8>?, orIn original: some Collection<UInt8>) -> [UInt8]? {
        if let changed { return changed.withUnsafeBytes { replace(form, in: $0) } }
        return original.withContiguousStorageIfAvailable { replace(form, in: UnsafeRawBufferPointer($0)) }
            ?? Array(original).withUnsafeBytes { replace(form, in: $0) }
    }

    /// - Returns: `nil` if it is not there.
    private static func replace(_ form: [UInt8], in text: UnsafeRawBufferPointer) -> [UInt8]? {
        var result: [UInt8]?
        var rest = text
        while let before = place(of: form, in: rest) {
            result = (result ?? []) + rest[..<before] + Array(mark.utf8)
            rest = UnsafeRawBufferPointer(rebasing: rest[(before + form.count)...])
        }
        return result.map { $0 + rest }
    }

    private static func place(of form: [UInt8], in text: UnsafeRawBufferPointer) -> Int? {
        guard let start = text.baseAddress, let first = form.first else { return nil }
        var from = 0
        while from + form.count <= text.count {
            guard let found = memchr(start + from, Int32(first), text.count - form.count - from + 1) else { return nil }
            let place = UnsafeRawPointer(found) - start
            if memcmp(found, form, form.count) == 0 { return place }
            from = place + 1
        }
        return nil
    }

    // MARK: the ways of writing a secret

    private static func forms(of secret: String) -> [[UInt8]] {
        let raw = Array(secret.utf8)
        var forms: Set<[UInt8]> = [raw]
        for before in 0..<3 { forms.formUnion(base64(raw, after: before)) }
        let percent = ServiceURL.percentEncoded(secret)
        forms.insert(Array(percent.utf8))
        forms.insert(Array(lowerCaseEscapes(percent).utf8))
        forms.insert(Array(percent.replacing("%20", with: "+").utf8))
        if let json = try? JSONEncoder().encode(secret) { forms.insert(Array(json.dropFirst().dropLast())) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        if let json = try? encoder.encode(secret) { forms.insert(Array(json.dropFirst().dropLast())) }
        return forms.filter { $0.count >= shortest }
    }

    /// What base64 makes of a secret that stands behind `before` other bytes (modulo three), without the digits which depend on those
    /// around it: so it is found inside of `id:secret` too, whatever the id.
    private static func base64(_ secret: [UInt8], after before: Int) -> [[UInt8]] {
        let encoded = Data(Array(repeating: 0, count: before) + secret).base64EncodedString().utf8
        let digits = Array(encoded.prefix((before + secret.count) * 8 / 6).dropFirst(before == 0 ? 0 : before + 1))
        let url = digits.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 }
        return [digits, url]
    }

    private static func lowerCaseEscapes(_ text: String) -> String {
        var escaped = 0
        return String(
            text.map { character -> Character in
                if character == "%" { escaped = 3 }
                escaped -= 1
                return escaped >= 0 ? Character(character.lowercased()) : character
            })
    }
}

// MARK: the environment

extension Secrets {
    /// Of the environment: what only the program of these names needs to know.
    private static func variables(_ names: LoginNames?) -> [String] {
        ["GLOBUS_CLI_CLIENT_SECRET"] + (names.map { [$0.accessTokenVariable] } ?? [])
    }
    static let proxyVariables = [
        "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "ftp_proxy", "FTP_PROXY",
    ]

    /// Takes the secrets of an environment into use: tokens, the client's secret, logins of proxies.
    ///
    /// - Parameter names: what the program calls its own, the variable of its access token among it.
    package func learn(from environment: [String: String], names: LoginNames? = nil) {
        for name in Self.variables(names) { environment[name].map { add($0) } }
        for name in Self.proxyVariables {
            for secret in environment[name].map(Self.logins(in:)) ?? [] { add(secret) }
        }
    }

    /// An environment for other programs: without our secrets, the proxies without their logins.
    package static func without(_ environment: [String: String], names: LoginNames? = nil) -> [String: String] {
        var left = environment
        for name in variables(names) { left[name] = nil }
        for name in proxyVariables {
            guard let setting = left[name] else { continue }
            let (start, login, place) = parts(of: setting)
            if !login.isEmpty { left[name] = place.isEmpty ? nil : start + place }
        }
        return left
    }

    /// What of a proxy's setting is a login, or may be meant as one: also of a setting that nobody can read.
    private static func logins(in setting: String) -> [String] {
        let login = parts(of: setting).login
        guard !login.isEmpty else { return [] }
        let password = login.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first ?? login
        // libcurl breaks what is not encoded at these, and quotes what it takes for a host or a port.
        let pieces = password.split { "@/#?:".contains($0) }
        return ([login, password] + pieces).flatMap { [String($0), $0.percentDecoded] }
    }

    private static func parts(of setting: String) -> (start: String, login: Substring, place: Substring) {
        let halves = setting.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        let start = halves.count == 2 ? halves[0] + "://" : ""
        let rest = halves.last ?? ""
        if let at = rest.lastIndex(of: "@") { return (String(start), rest[..<at], rest[rest.index(after: at)...]) }
        // Without an '@', what stands where only a port may is a password whose host was forgotten.
        let authority = rest.prefix { $0 != "/" }
        guard !authority.hasPrefix("["), let colon = authority.firstIndex(of: ":"),
            !authority[authority.index(after: colon)...].allSatisfy(\.isNumber)
        else { return (String(start), "", rest) }
        return (String(start), authority, "")
    }
}
