import CycleCalendar
import Foundation
import PPTransferReports
import SystemFiles
import TestSupport
import Testing

/// No path is split, searched, quoted or compared by `Character`: what begins or ends with a combining mark is joined with a slash or a quote.
struct PathLintTests {
    /// What `String` does by Character with a slash, a line end, a quote or a backslash. The words for the same by bytes are in
    /// `SystemFiles/FileName.swift`.
    private static let dangerous: [(what: String, pattern: String)] = [
        (
            "search or split at",
            #"(utf8|unicodeScalars)?\.(split|lastIndex|firstIndex|contains|replacing|trimmingPrefix)\(((separator|of): )?"(/|\\n|\\r|'|\\\\|//|/\.)"[,)]"#
        ),
        ("begin or end with", #"\.has(Prefix|Suffix)\([^()]*"(/[^"]*|[^"]*/|~/?|\./)"\)"#),
        (
            "drop at",
            #"(utf8|unicodeScalars)?\.(drop|prefix|firstIndex|lastIndex|split|contains)( |\(where: )\{ \$0 (==|!=) "(/|\\n|\\r|')" \}"#
        ),
        (
            "a path as a key",
            #"\[String: (Manifest\.Entry|DirectoryEntry|FileStamp)\]|Set<\[String\]>|(forKey: |\[)(entry|file|item)\.(path|name)[\])]"#
        ),
        ("paths in a set", #"Set\([^()]*(\([^()]*)?\\\.(path|sourcePath|destinationPath)\)"#),
    ]

    /// Texts that are no paths, file by file: how many such places there may be.
    private static let allowed: [String: Int] = [
        // Addresses, which are ASCII by then.
        "Globus/Values/ServiceURL.swift": 2, "GlobusCLILogin/Stores/LoginVariables.swift": 1,
        "Globus/Refusals/StoredLoginProblemText.swift": 1,
        "Globus/Transport/CurlExchange.swift": 1, "Globus/Transport/ProxySetting.swift": 1,
        "PPTransferReports/Checks/KnownSettings.swift": 1,
        "Globus/Values/Secrets.swift": 1,
        "Rehearsal/HTTP/Router.swift": 1, "Rehearsal/HTTP/Listener.swift": 1, "Rehearsal/Auth/ScopeList.swift": 3,
        "GlobusCLILogin/Logins/LoginFlow.swift": 1, "Rehearsal/Auth/TokenStore.swift": 1,
        // Clauses of filters, parts of `2/8` and of recurrences.
        "Rehearsal/Routes/TaskFilter.swift": 1, "Rehearsal/Storage/Listing.swift": 1, "PPTransferCommand/Archive/ManifestCommand.swift": 1,
        "CycleCalendar/CycleRange.swift": 1,
        // Lines of our own texts, of other programs' files, and of messages.
        "PPTransferCommand/Display/Narration.swift": 1, "PPTransferCommand/Display/Console.swift": 1,
        "PPTransferCommand/Manual/Roff.swift": 1, "PPTransferCommand/RootHelp.swift": 1,
        "PPTransfer/Suite/SuiteReporter.swift": 1, "PPTransferReports/Explanation/ExplanationReader.swift": 1,
        "PPTransferReports/Explanation/ExplanationText.swift": 1, "PPTransfer/Narration/LogRecord.swift": 1,
        "PPTransferReports/Validation/WorkflowChecks.swift": 1, "PPTransferReports/Campaign/CampaignMetrics.swift": 2,
        "PPTransferReports/Campaign/CampaignMarkdown.swift": 1, "PPTransferReports/Validation/ProgramCall.swift": 1,
    ]

    /// What is done on a view of bytes or scalars is as it should be.
    private static func isMet(_ rule: Regex<AnyRegexOutput>, in line: some StringProtocol) -> Bool {
        String(line).matches(of: rule).contains { match in
            !["utf8", "unicodeScalars"].contains(match.output.count > 1 ? match.output[1].substring ?? "" : "")
        }
    }

    @Test func `no path is handled by Character`() throws {
        let rules = try Self.dangerous.map { ($0.what, try Regex($0.pattern)) }
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../Sources").standardized
            .path
        var found: [String: [String]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: sources) where name.hasSuffix(".swift") {
            let text = try String(contentsOfFile: sources + "/" + name, encoding: .utf8)
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                guard !line.drop(while: { $0 == " " }).hasPrefix("//") else { continue }
                for (what, rule) in rules where Self.isMet(rule, in: line) {
                    found[name, default: []].append("\(name):\(number + 1): \(what): \(line.trimmingCharacters(in: .whitespaces))")
                }
            }
        }
        for (name, places) in found where places.count > Self.allowed[name] ?? 0 {
            for place in places {
                Issue.record("\(place)\nuse begins(with:), ends(with:), has(), parts(at:), with(_:as:), FileName or @Bytewise")
            }
        }
    }

    @Test(arguments: [
        #"path.split(separator: "/")"#, #"if let slash = path.lastIndex(of: "/"), slash > x {"#, #"path.hasPrefix("/~/")"#,
        #"path.hasSuffix("/") ? 1 : 2"#, #"path.hasPrefix(mount.point + "/")"#, #"word.replacing("'", with: "x")"#, #"name.contains("\n")"#,
        #"path.drop { $0 == "/" }"#, "var entries: [String: Manifest.Entry] = [:]", "Set(entries.map(\\.path))", "seen[entry.path] = 1",
    ])
    func `what the rule is for is seen`(line: String) throws {
        #expect(try Self.dangerous.contains { Self.isMet(try Regex($0.pattern), in: line) })
    }

    @Test(arguments: [
        #"path.utf8.split(separator: UInt8(ascii: "/"))"#, #"path.parts(at: "/")"#, #"text.split(separator: "://", maxSplits: 1)"#,
        #"name.hasPrefix("PPTRANSFER_")"#, #"words.split(separator: " ")"#, #"path.utf8.contains(UInt8(ascii: "\n"))"#,
        #"text.unicodeScalars.contains("/")"#, "names[index]",
    ])
    func `what is no fault is passed over`(line: String) throws {
        #expect(try !Self.dangerous.contains { Self.isMet(try Regex($0.pattern), in: line) })
    }
}
