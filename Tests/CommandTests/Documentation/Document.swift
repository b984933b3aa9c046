import Foundation
import Testing

/// A document of the package, and what stands in it to be typed.
struct Document: CustomTestStringConvertible, Sendable {
    /// From the package's directory.
    let path: String
    let text: String

    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    init(_ path: String) {
        self.path = path
        text = String(decoding: FileManager.default.contents(atPath: Self.package + "/" + path) ?? Data(), as: UTF8.self)
    }

    /// What a user reads, but for the article of the statuses, which is made of the program's own pages.
    static let all: [Document] = {
        let articles = ["PPTransfer", "Globus"].flatMap { target in
            let catalogue = "Sources/\(target)/Documentation.docc"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: package + "/" + catalogue)) ?? []
            return names.filter { $0.hasSuffix(".md") && $0 != "ExitStatuses.md" }.map { catalogue + "/" + $0 }
        }
        return (["README.md", "suite-templates/README.md"] + articles.sorted()).map(Document.init)
    }()

    var testDescription: String { path }

    /// Whether it goes from step to step, each on the last one's result: `TutorialTests` follows it.
    var isTutorial: Bool { path.hasPrefix("Sources/PPTransfer/Documentation.docc/YourFirst") }

    /// The fenced blocks of a language.
    func blocks(_ language: String) -> [String] {
        text.components(separatedBy: "```\(language)\n").dropFirst().compactMap { $0.components(separatedBy: "\n```").first }
    }

    /// What stands between single backticks outside of fenced blocks and begins with the program's name.
    var spans: [String] {
        let prose = text.components(separatedBy: "```").enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
        return prose.matches(of: /`(pptransfer [^`]+)`/).map { $0.1.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    }
}

/// A line of shell, taken apart as far as a document's lines need it: quotes, comments, pipes, lists, redirections.
enum ShellLine {
    /// The words of each simple command.
    static func commands(_ line: String) -> [[String]] {
        var commands: [[String]] = [[]]
        var word: String?
        var quote: Character?
        func flush() {
            if let word { commands[commands.count - 1].append(word) }
            word = nil
        }
        var skipsWord = false
        for character in line {
            if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                (quote, word) = (character, word ?? "")
            } else if character == "#", word == nil {
                break
            } else if character == " " {
                if skipsWord, word != nil { (word, skipsWord) = (nil, false) } else { flush() }
            } else if "|&;".contains(character) {
                flush()
                commands.append([])
            } else if character == ">" || character == "<" {
                word = nil
                skipsWord = true
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if !skipsWord { flush() }
        return commands.filter { !$0.isEmpty }
    }

    /// The arguments of each call of pptransfer.
    static func calls(_ line: String) -> [[String]] {
        commands(line).compactMap { words in
            let words = words.drop { $0.contains("=") && !$0.hasPrefix("-") }
            return words.first == "pptransfer" ? Array(words.dropFirst()) : nil
        }
    }
}
