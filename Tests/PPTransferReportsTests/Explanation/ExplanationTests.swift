import Foundation
import Globus
import PPTransfer
import PPTransferReports
import Testing

/// The pages of `explain`.
struct ExplanationTests {
    private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private let explanations = Explanations.all

    @Test func `every status has a page, in the order of the table`() {
        let pages = explanations.pages.filter(\.isOfStatus)
        #expect(pages.map(\.status.name) == Status.all.map(\.name) + ["signal"])
    }

    /// Where codes of the service decide something.
    @Test(arguments: [
        "PPTransfer/Status/ExitStatus+Service.swift", "PPTransfer/Status/Condition.swift", "PPTransfer/Run/Conclusion.swift",
        "Globus/Refusals/Refusal.swift", "Globus/Transport/RetryingTransport.swift",
    ]) func `every code of Globus that decides something has a page`(file: String) throws {
        let text = try String(contentsOf: Self.package.appendingPathComponent("Sources/" + file), encoding: .utf8)
        let codes = Set(
            text.matches(of: /"([A-Z][A-Z_]{4,}|[A-Z][A-Za-z]+[a-z][A-Z][A-Za-z]+|[a-z]+_[a-z]+|GC[A-Z][a-z]+|Queued)"/).map {
                String($0.1)
            })
        #expect(!codes.isEmpty)
        for code in codes.sorted() where !["request_id"].contains(code) {
            #expect(!explanations.pages(for: code).isEmpty, "\(code) has no page")
        }
    }

    @Test func `every kind of refusal has a page`() {
        let kinds = Set(
            explanations.pages.compactMap { page in
                page.httpStatus.map { Refusal(request: "", status: $0, code: page.names[0]).kind }
            })
        // That of identical paths is the status's own, that of a file in a directory's place a task's as well.
        #expect(
            kinds == [
                .authentication, .consent, .session, .permission, .accountMissing, .collectionMissing, .notFound, .tooManyPending,
                .rateLimit,
                .collectionFault, .unavailable, .invalid,
            ])
        #expect(explanations.pages(for: "Conflict").map(\.status) == [.conflict])
        #expect(explanations.pages(for: "ExternalError.DirListingFailed.NotDirectory").map(\.status) == [.path])
    }

    @Test func `a page says what it means, whence it comes, what to do and what the next run does`() {
        for page in explanations.pages {
            #expect(!page.meaning.isEmpty, "\(page.names)")
            #expect(!page.remedies.isEmpty, "\(page.names)")
            #expect(!page.nextRun.isEmpty, "\(page.names)")
            #expect(page.status == .ok || !page.causes.isEmpty, "\(page.names)")
        }
        let names = explanations.pages.flatMap(\.names)
        #expect(Set(names).count == names.count)
    }

    @Test(arguments: [
        ("33", ["conflict"]), ("CONFLICT", ["conflict"]), ("Source-Missing", ["source-missing"]), ("152", ["signal"]),
        ("file_not_found", ["FILE_NOT_FOUND"]), ("FileNotFound", ["FILE_NOT_FOUND"]), ("expired", ["expired"]), ("INACTIVE", ["session"]),
        ("permission-denied", ["PERMISSION_DENIED", "PermissionDenied"]), ("gc_paused", ["ExternalError.DirListingFailed.GCDisconnected"]),
        ("ClientError.Conflict.TooManyPendingJobs", ["TooManyPendingJobs"]), ("ExternalError.RenameFailed.Whatever", ["ExternalError"]),
        ("14", []), ("", []), ("...", []), ("nonsense", []),
    ])
    func `a page is found by every spelling`(word: String, expected: [String]) {
        #expect(explanations.pages(for: word).map { $0.names[0] } == expected)
    }

    @Test func `a signal's page tells the signal's own number`() {
        #expect(explanations.pages(for: "143").map(\.status) == [.signal(15)])
    }

    @Test func `what nobody knows has likely names instead`() {
        #expect(explanations.suggestions(for: "sesion") == ["session"])
        #expect(explanations.suggestions(for: "quota") == ["QUOTA_EXCEEDED"])
        #expect(explanations.suggestions(for: "checksum") == ["VERIFY_CHECKSUM", "EXTERNAL_CHECKSUM_MISMATCH"])
        #expect(explanations.suggestions(for: "xyzzyxyzzy").isEmpty)
    }

    @Test(arguments: [30, 60, 80, 140]) func `text keeps to the width; commands stay whole`(width: Int) {
        for page in explanations.pages {
            let lines = page.text(width: width).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            for command in page.commands { #expect(lines.contains("        " + command)) }
            for line in lines where line.count > width && !page.commands.contains(String(line.dropFirst(8))) {
                #expect(line.split(separator: " ").filter { $0 != "-" }.count == 1, "\(line)")
            }
        }
    }

    @Test func `the article of the documentation holds the pages as the program has them`() throws {
        let article = Self.package.appendingPathComponent("Sources/PPTransfer/Documentation.docc/ExitStatuses.md")
        #expect(
            try String(contentsOf: article, encoding: .utf8) == explanations.article,
            "pptransfer explain --all --format markdown > \(article.path)")
    }
}
