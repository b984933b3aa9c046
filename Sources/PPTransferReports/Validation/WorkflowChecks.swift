import PositionedYAML
import SystemFiles

/// What is wrong with how a workflow calls this program.
struct WorkflowChecks {
    /// The names of the program's commands.
    var commands: [String]
    /// The options of a command, each with whether another word follows it; `nil` where they are not known.
    var options: @Sendable (String) -> [String: Bool]? = { _ in nil }
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
        return own.flatMap { problems(of: $0.call, at: $0.position, key: "[\(name)]script", in: nil) } + timeLimit(calls, chain)
            + directives(chain)
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

    /// - Parameter app: the Rose app that makes the call, whose files are in the job's working directory.
    func problems(of call: ProgramCall, at position: SourcePosition, key: String, in app: RoseApp?) -> [Problem] {
        var problems = optionsAndFiles(of: call, at: position, key: key, in: app)
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

    private func optionsAndFiles(of call: ProgramCall, at position: SourcePosition, key: String, in app: RoseApp?) -> [Problem] {
        guard let command = call.command, let known = options(command) else { return [] }
        var problems: [Problem] = []
        for argument in call.arguments where argument.hasPrefix("-") && argument != "-" && argument != "--" {
            let name = String(argument.prefix { $0 != "=" })
            // A number below zero, a value that a variable or a template language gives.
            guard known[name] == nil, !name.contains("$"), !name.contains("{"), name.dropFirst().first?.isNumber != true else { continue }
            problems.append(
                Problem(
                    at: position, key: key, "'pptransfer \(command)' has no option \(shown(name))",
                    remedy: hint(for: name, known: known.keys.sorted(), listing: "its options are ")))
        }
        // What follows a wrong option may be its value.
        guard problems.isEmpty, ["run", "check", "rehearse"].contains(command) else { return problems }
        for file in call.files(skippingValuesOf: Set(known.filter(\.value).keys)) {
            guard let missing = Self.missing(file, position, app) else { continue }
            problems.append(Problem(.warning, at: position, key: key, missing.what, remedy: missing.remedy))
        }
        return problems
    }

    /// What is wrong with a file that a job reads; `nil` if it is there, or only the job knows.
    private static func missing(_ file: String, _ position: SourcePosition, _ app: RoseApp?) -> (what: String, remedy: String)? {
        if let app, !file.begins(with: "/"), !file.contains("$"), !file.contains("{"), file != "-" {
            guard !app.installs(file) else { return nil }
            return (
                "the app does not install \(shown(file))",
                "put it into \(shown(app.directory + "/file/")), or write a section [file:\(file)]"
            )
        }
        guard let root = SuiteFiles.suite(of: position.file) else { return nil }
        for name in ["CYLC_WORKFLOW_RUN_DIR", "CYLC_SUITE_RUN_DIR", "CYLC_SUITE_DEF_PATH", "ROSE_SUITE_DIR"] {
            for beginning in ["$\(name)/", "${\(name)}/"] where file.hasPrefix(beginning) {
                let rest = String(file.dropFirst(beginning.count))
                // What is made while the suite runs, and what only the job knows.
                let isMade = ["share/", "work/", "log/"].contains { rest.begins(with: $0) }
                guard !isMade, !rest.contains("$"), !rest.contains("{"), !SuiteFiles.exists(root + "/" + rest) else { return nil }
                return ("the suite has no file \(shown(rest))", "put the description there, or correct the path")
            }
        }
        return nil
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
