import Globus
import PPTransfer

/// Reads the pages of `statuses.md` and `codes.md`.
///
/// `# NAME, NAME (HTTP STATUS)` begins a page. A paragraph says what it means; `## Causes` has a list, `## What to do` a list with commands
/// that are indented by six blanks, `## The next run` a paragraph. A line that is indented by two goes on with the one before.
enum ExplanationReader {
    enum Section { case meaning, causes, remedies, nextRun }

    static func read(_ bytes: [UInt8]) -> [Explanation] {
        var pages: [Explanation] = []
        var section = Section.meaning
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            if line.hasPrefix("# ") {
                pages.append(page(title: line.dropFirst(2)))
                section = .meaning
            } else if line.hasPrefix("## ") {
                switch line.dropFirst(3) {
                case "Causes": section = .causes
                case "What to do": section = .remedies
                case "The next run": section = .nextRun
                default: preconditionFailure("no page has a section '\(line)'")
                }
            } else {
                pages[pages.count - 1].add(line, to: section)
            }
        }
        return pages
    }

    private static func page(title: Substring) -> Explanation {
        var names = title
        var httpStatus: Int?
        if title.hasSuffix(")"), let bracket = title.lastIndex(of: "(") {
            httpStatus = Int(title[title.index(after: bracket)...].dropLast())
            names = title[..<bracket]
        }
        let all = names.split(separator: ",").map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }
        return Explanation(
            subject: subject(all[0], httpStatus), names: all, httpStatus: httpStatus, meaning: "", causes: [], remedies: [], nextRun: "")
    }

    private static func subject(_ name: String, _ httpStatus: Int?) -> Explanation.Subject {
        if let status = ExitStatus(name) { return .status(status) }
        guard let httpStatus else { return .code(ExitStatus(taskError: name)) }
        let refusal = Refusal(request: "", status: httpStatus, code: name)
        return .code(ExitStatus(.refused(refusal), during: .submission))
    }
}

extension Explanation {
    fileprivate mutating func add(_ line: Substring, to section: ExplanationReader.Section) {
        let text = String(line.drop { $0 == " " })
        switch section {
        case .meaning: meaning.continue(with: text)
        case .nextRun: nextRun.continue(with: text)
        case .causes:
            if line.hasPrefix("- ") {
                causes.append(String(line.dropFirst(2)))
            } else {
                causes[causes.count - 1].continue(with: text)
            }
        case .remedies:
            if line.hasPrefix("- ") {
                remedies.append(Remedy(text: String(line.dropFirst(2)), commands: []))
            } else if line.hasPrefix("      ") {
                remedies[remedies.count - 1].commands.append(text)
            } else {
                remedies[remedies.count - 1].text.continue(with: text)
            }
        }
    }
}

extension String {
    fileprivate mutating func `continue`(with text: String) { self += (isEmpty ? "" : " ") + text }
}
