import SystemFiles

/// One call of this program in a line of a script.
struct ProgramCall {
    /// `nil` if none was written.
    var command: String?
    /// What stands after the command: options and files.
    var arguments: [String]
    /// What follows the call on its line: `|| true`, `&`, …
    var rest: [String]
    /// Of the program's name, from 0.
    var offset: Int
    /// Whether the suite templates' script makes it: it stops waiting before the job ends, and sees to the exit status.
    var isStep = false

    /// Files that are read as descriptions.
    var files: [String] { files(skippingValuesOf: ["--set", "--limit", "--journal", "--root", "--rate", "--faults"]) }

    /// - Parameter withValue: the options that another word follows.
    func files(skippingValuesOf withValue: Set<String>) -> [String] {
        var (files, skips) = ([String](), false)
        for argument in arguments {
            if skips {
                skips = false
            } else if argument.hasPrefix("-"), argument != "-" {
                skips = withValue.contains(argument)
            } else {
                files.append(argument)
            }
        }
        return files
    }

    /// Whether the call itself says how long it waits.
    var hasLimit: Bool { isStep || arguments.contains { $0 == "--limit" || $0.hasPrefix("--limit=") || $0 == "--no-wait" } }

    /// The calls in a line; what a comment says does not count.
    static func all(in line: Substring) -> [ProgramCall] {
        let words = words(of: line)
        return words.indices.compactMap { index in
            let word = words[index].text
            // The script of the suite templates calls `pptransfer run`.
            let isStep = word.lastName == "pptransfer-step"
            guard isStep || word.lastName == "pptransfer" else { return nil }
            guard index == 0 || Self.precedesCommand(words[index - 1].text) else { return nil }
            let after = words[(index + 1)...].map(\.text)
            let own = after.prefix { !["|", "||", "&&", "&", ";", ")"].contains($0) }
            let command = isStep ? "run" : own.first.flatMap { $0.hasPrefix("-") ? nil : $0 }
            return ProgramCall(
                command: command, arguments: Array(isStep || command == nil ? own : own.dropFirst()),
                rest: Array(after.dropFirst(own.count)), offset: words[index].offset, isStep: isStep)
        }
    }

    private static func precedesCommand(_ word: String) -> Bool {
        ["|", "||", "&&", "&", ";", "(", "if", "then", "else", "do", "!", "exec", "time", "srun", "env", "nice", "{"].contains(word)
            || word.contains("=")
    }

    /// Blanks separate words, operators are words of their own, quotes hold blanks together.
    private static func words(of line: Substring) -> [(text: String, offset: Int)] {
        var (words, word, quote): ([(text: String, offset: Int)], String, Character?) = ([], "", nil)
        var begin = 0
        func end() {
            if !word.isEmpty { words.append((word, begin)) }
            word = ""
        }
        for (offset, character) in line.enumerated() {
            if let open = quote {
                if character == open { quote = nil } else { word.append(character) }
                continue
            }
            if word.isEmpty { begin = offset }
            switch character {
            case "\"", "'": quote = character
            case "#" where word.isEmpty: return words
            case " ", "\t": end()
            case ";", "(", ")", "|", "&":
                end()
                if let last = words.last, last.text == "\(character)", last.offset == offset - 1, "|&".contains(character) {
                    words[words.count - 1].text.append(character)
                } else {
                    // `2>&1` redirects, `&` alone sends into the background.
                    if character == "&", offset > 0, words.last?.text.hasSuffix(">") == true {
                        words[words.count - 1].text.append(character)
                    } else {
                        words.append(("\(character)", offset))
                    }
                }
            default: word.append(character)
            }
        }
        end()
        return words
    }
}
