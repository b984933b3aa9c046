/// The secret that the path of every request begins with. Whoever reaches the port without knowing it gets no answer of substance.
///
/// The loopback belongs to all users of a machine, and the simulator writes files as the one who started it.
struct Gate: Sendable {
    /// `/` and the secret; empty where there is none.
    let prefix: String

    init(secret: String) { prefix = secret.isEmpty ? "" : "/" + secret }

    /// What `target` asks for behind the gate; `nil` without the secret.
    ///
    /// Takes as long for a nearly right secret as for a wrong one.
    func target(of target: String) -> String? {
        let (expected, given) = (prefix.utf8, target.utf8)
        guard given.count >= expected.count, zip(expected, given).reduce(0 as UInt8, { $0 | ($1.0 ^ $1.1) }) == 0 else { return nil }
        let rest = given.dropFirst(expected.count)
        switch rest.first {
        case nil: return "/"
        case UInt8(ascii: "/"): return String(decoding: rest, as: UTF8.self)
        case UInt8(ascii: "?"): return "/" + String(decoding: rest, as: UTF8.self)
        default: return nil
        }
    }
}
