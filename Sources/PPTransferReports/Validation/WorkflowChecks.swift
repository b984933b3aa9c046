import PositionedYAML
import SystemFiles

/// What is wrong with how a workflow calls this program.
struct WorkflowChecks {
    /// The names of the program's commands.
    var commands: [String]
    /// How long each description waits, by its file's name.
    var waits: [String: Duration]

    /// - Parameter namespaces: of all files of the workflow, merged.
    func problems(in namespaces: [String: WorkflowFile.Namespace]) -> [Problem] {
        namespaces.keys.sorted().flatMap { name in namespaces[name].map { problems(of: name, $0, namespaces) } ?? [] }
    }

    private func problems(
        of name: String, _ namespace: WorkflowFile.Namespace, _ namespaces: [String: WorkflowFile.Namespace]
    ) -> [Problem] {
        let own = Self.calls(in: namespace)
        let chain = Self.chain(name, namespaces)
        // A task may have its script from a family, and the time limit from itself.
        let calls = chain.flatMap { Self.calls(in: $0) }.map(\.call)
        guard !calls.isEmpty else { return [] }
        return own.flatMap { problems(of: $0.call, at: $0.position, key: "[\(name)]script") } + timeLimit(calls, chain) + directives(chain)
    }

    private static func calls(in namespace: WorkflowFile.Namespace) -> [(call: ProgramCall, position: SourcePosition)] {
        namespace.scripts.flatMap { script in
            script.value.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
                ProgramCall.all(in: line).map { call in
                    var position = script.position
                    position.line += index
                    position.column = index == 0 ? position.column + call.offset : call.offset + 1
                    return (call, position)
                }
            }
        }
    }

    func problems(of call: ProgramCall, at position: SourcePosition, key: String) -> [Problem] {
        var problems: [Problem] = []
        if let command = call.command, !commands.contains(command), !command.hasPrefix("$"), !command.hasPrefix("{") {
            problems.append(
                Problem(
                    at: position, key: key, "pptransfer has no command \(shown(command))",
                    remedy: hint(for: command, known: commands, listing: "write one of ")))
        }
        guard ["run", "rerun", "check", "verify"].contains(call.command) else { return problems }
        if call.rest.first == "&" {
            problems.append(
                Problem(
                    .warning, at: position, key: key, "in the background: the workflow does not see its exit status",
                    remedy: "leave out the '&', or use --no-wait and a later task that waits"))
        }
        if call.rest.first == "||", let next = call.rest.dropFirst().first, ["true", ":", "echo"].contains(next) {
            problems.append(
                Problem(
                    .warning, at: position, key: key, "'|| \(next)' turns every failure into a success",
                    remedy: "leave it out; use ':failed' or the task's messages in the graph"))
        }
        if call.rest.first == ";", call.rest.count > 1 {
            problems.append(
                Problem(
                    .warning, at: position, key: key,
                    "the command after ';' sets the exit status of the job",
                    remedy: "put it on a line of its own, or write '&&'"))
        }
        return problems
    }

    /// The namespace and what it inherits from, the nearest first.
    private static func chain(
        _ name: String, _ namespaces: [String: WorkflowFile.Namespace]
    ) -> [WorkflowFile.Namespace] {
        var (chain, waiting, seen): ([WorkflowFile.Namespace], [String], Set<String>) = ([], [name], [])
        while !waiting.isEmpty {
            let next = waiting.removeFirst()
            guard seen.insert(next).inserted, let namespace = namespaces[next] else { continue }
            chain.append(namespace)
            waiting += namespace.parents
        }
        if seen.insert("root").inserted, let root = namespaces["root"] { chain.append(root) }
        return chain
    }

    private func timeLimit(_ calls: [ProgramCall], _ chain: [WorkflowFile.Namespace]) -> [Problem] {
        guard let setting = chain.lazy.compactMap({ $0.settings["execution time limit"] }).first,
            let limit = try? Duration(writtenAs: setting.value)
        else { return [] }
        let files = Set(calls.filter { $0.command == "run" && !$0.hasLimit }.flatMap(\.files))
        return files.sorted().compactMap { file in
            let base = file.lastName
            guard let wait = waits[base], wait > limit else { return nil }
            return Problem(
                .warning, at: setting.position, key: "execution time limit",
                "\(setting.value) ends the job before \(base) stops waiting (wait.limit: \(wait.written))",
                remedy: "write a shorter 'wait: {limit: …}' there, or raise the time limit")
        }
    }

    private func directives(_ chain: [WorkflowFile.Namespace]) -> [Problem] {
        guard let export = chain.lazy.compactMap({ $0.directives["--export"] }).first, export.value.lowercased() == "none" else {
            return []
        }
        return [
            Problem(
                .warning, at: export.position, key: "directives", "'--export=none' keeps Cylc 8's environment from the job",
                remedy: "remove it")
        ]
    }
}
