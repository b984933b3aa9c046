import Globus
import Testing

@Suite struct RemedyTests {
    private let renew: Remedy = "log in again: \(command: "globus session update x"); the Globus task then continues by itself"

    @Test func `on one line it is a sentence`() {
        #expect(renew.oneLine == "log in again: globus session update x; the Globus task then continues by itself")
        let quoted: Remedy = "list these files with \(quoted: "pptransfer collections ls a:/b"); remove them"
        #expect(quoted.oneLine == "list these files with 'pptransfer collections ls a:/b'; remove them")
    }

    @Test func `each command is a line of its own, to paste`() {
        #expect(renew.lines == ["log in again:", "    globus session update x", "the Globus task then continues by itself"])
        let quoted: Remedy = "list these files with \(quoted: "ls a"); remove them"
        #expect(quoted.lines == ["list these files with:", "    ls a", "remove them"])
        #expect(Remedy.command("chmod 600 /f").lines == ["    chmod 600 /f"])
        let two = Remedy.joined([.command("a"), .command("b")], separator: " && ")
        #expect(two.lines == ["    a", "    b"])
        #expect(two.commands == ["a", "b"])
        #expect(two.oneLine == "a && b")
    }

    @Test func `one inside of another keeps its commands`() {
        let outer: Remedy = "correct the clock; if that does not help, \(renew)"
        #expect(outer.commands == ["globus session update x"])
        #expect(outer.advice.first == "To fix this:")
    }
}
