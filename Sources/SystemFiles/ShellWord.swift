/// Words for a POSIX shell: for the job at the destination, and for commands that people paste.
package enum ShellWord {
    /// In single quotes, byte by byte.
    package static func quoted(_ text: String) -> String { "'" + text.with("'", as: #"'\''"#) + "'" }

    /// As it is where no shell could take it for more than a word.
    package static func plainOrQuoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: "-_./:@,+".utf8.contains(byte)
            }
        }
        return isPlain && !text.isEmpty ? text : quoted(text)
    }

    /// A path; only a leading `~`, which Globus also writes `/~`, means home.
    package static func path(_ text: String) -> String {
        if text == "/~" || text.begins(with: "/~/") { return path(String(Substring(text.utf8.dropFirst()))) }
        guard text == "~" || text.begins(with: "~/") else { return quoted(text) }
        return "\"$HOME\"" + quoted(String(Substring(text.utf8.dropFirst())))
    }
}
