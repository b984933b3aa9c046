import PPTransfer
import Testing

/// Permissions in the letters of `chmod`.
struct FileModeTests {
    @Test(
        arguments: [
            ("g+rX", 0o600, 0o640), ("g+rX", 0o700, 0o750), ("g+rX", 0o640, 0o640), ("g+rwX,o-rwx", 0o604, 0o660), ("g+r", 0o711, 0o751),
            ("o-rwx", 0o777, 0o770), ("a+r", 0o200, 0o644), ("g=rX", 0o670, 0o650), ("g=", 0o670, 0o600), ("ug+x", 0o600, 0o710),
            ("g+r,g-r", 0o640, 0o600), ("g-x,g+r", 0o750, 0o740), ("g=rX", 0o660, 0o640),
        ] as [(String, UInt32, UInt32)])
    func `a mode makes of a file's permissions what chmod makes of them`(text: String, before: UInt32, after: UInt32) throws {
        let mode = try #require(FileMode(text))
        #expect(mode.wanted(before, isDirectory: false) == after)
        #expect(mode.holds(after, isDirectory: false))
        #expect(mode.holds(before, isDirectory: false) == (before == after))
    }

    @Test(
        arguments: [("g+rX", 0o700, 0o750), ("g+rX", 0o2700, 0o2750), ("g+r", 0o700, 0o740), ("g=", 0o2770, 0o2700), ("o-X", 0o755, 0o754)]
            as [(String, UInt32, UInt32)])
    func `of a directory, X is x, and the setgid bit stays`(text: String, before: UInt32, after: UInt32) throws {
        let mode = try #require(FileMode(text))
        #expect(mode.wanted(before, isDirectory: true) == after)
        #expect(mode.holds(after, isDirectory: true) && !mode.holds(before, isDirectory: true))
    }

    @Test(arguments: [
        "", "640", "0640", "g", "+r", "g+", "g+t", "g+s", "g+r,", ",g+r", "g +r", "x+r", "g+r;o-r", "rw-r-----", "g+r o-r", "G+R",
    ])
    func `anything else is no mode`(text: String) { #expect(FileMode(text) == nil) }

    @Test func `of a file that its owner may execute, X gives the group the same`() throws {
        let mode = try #require(FileMode("g+rX"))
        #expect(!mode.holds(0o740, isDirectory: false))
        #expect(mode.holds(0o640, isDirectory: false))
        #expect(!mode.holds(0o2740, isDirectory: true))
    }

    @Test(
        arguments: [
            ("u=rw,g=r,o=", true), ("a-x", true), ("g=r", true), ("g+r", false), ("g=rX", false), ("o-rwx", false), ("g=", false),
            ("u=rwX,g=rX,o=", false),
        ])
    func `a mode after which nobody gets into a directory is known as one`(text: String, closes: Bool) throws {
        #expect(try #require(FileMode(text)).closesDirectories == closes)
    }

    @Test(arguments: [
        ("gws_canari", true), ("domain users", true), ("1234", false), (" gws", false), ("-x", false), ("${X}", false), ("", false),
    ])
    func `a group has a name`(name: String, isGroup: Bool) { #expect(ExpectedRights.isGroup(name) == isGroup) }
}
