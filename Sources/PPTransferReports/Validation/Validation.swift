package import CycleCalendar
import PPTransfer
import PositionedYAML
import SystemFiles

/// Looks through the files of a suite before anything is run. Never touches the network.
package struct Validation: Sendable {
    /// Before the environment.
    package var set: [String: String]
    package var environment: [String: String]
    /// Concrete cycles; without one, placeholders stand for any two.
    package var cycles: [CyclePoint]
    /// `YYYY-MM-DD`
    package var today: String
    /// The program's commands, by which scripts are judged.
    package var commands: [String]
    /// The options of a command, each with whether another word follows it; `nil` where they are not known.
    package var options: @Sendable (String) -> [String: Bool]? = { _ in nil }
    package var isStrict = false

    package init(
        set: [String: String] = [:], environment: [String: String], cycles: [CyclePoint] = [], today: String, commands: [String]
    ) {
        (self.set, self.environment, self.cycles) = (set, environment, cycles)
        (self.today, self.commands) = (today, commands)
    }

    /// - Parameter paths: files, or directories that are searched.
    package func report(on paths: [String]) -> ValidationReport {
        let suite = SuiteFiles(paths)
        var problems = suite.problems
        let sites: SiteCatalogue
        do {
            sites = try SiteCatalogue.load(environment: environment, words: .commands)
        } catch {
            sites = .unreadable(words: .commands)
            problems += error.all
        }
        let apps = suite.apps.map { RoseApp($0) }
        let workflow = self.workflow(suite.files, apps)
        problems += workflow.problems
        var descriptions = DescriptionValidation(
            self, sites: sites, jobVariables: workflow.variables, isSuite: suite.files.contains { $0.kind == .workflow })
        for file in suite.files {
            switch file.kind {
            case .description: descriptions.read(file.path)
            case .roseApp: problems += Self.roseApp(file.path)
            case .namelist: problems += Self.conversion(of: file.path)
            case .workflow: break
            }
        }
        problems += descriptions.problems + descriptions.unusedSettings + OverlapChecks.problems(of: descriptions.transfers)
        problems += RunChecks(environment).problems(of: descriptions.transfers)
        let checks = WorkflowChecks(commands: commands, options: options, waits: descriptions.waits)
        problems += checks.problems(in: workflow.namespaces) + apps.flatMap { Self.commands(of: $0, checks) }
        return ValidationReport(
            problems: Self.distinct(problems), files: suite.files.count, transfers: descriptions.count, isStrict: isStrict)
    }

    /// Of the findings at one place of one key, the first cycle's: those of other cycles differ in the cycle alone.
    private static func distinct(_ problems: [Problem]) -> [Problem] {
        struct Place: Hashable {
            var position: SourcePosition
            var key: String
            var remedy: String?
        }
        var seen: Set<Place> = []
        return problems.filter { seen.insert(Place(position: $0.position, key: $0.key, remedy: $0.remedy)).inserted }
    }

    // MARK: Workflow definitions

    private func workflow(
        _ files: [SuiteFiles.File], _ apps: [RoseApp]
    ) -> (namespaces: [String: WorkflowFile.Namespace], variables: JobVariables, problems: [Problem]) {
        var (namespaces, variables, problems): ([String: WorkflowFile.Namespace], JobVariables, [Problem]) = ([:], JobVariables(), [])
        for app in apps {
            for configuration in app.configurations { variables.add(configuration.settings(in: "env")) }
        }
        for file in files where file.kind == .workflow {
            do {
                let read = WorkflowFile.read(try FileBytes.read(file.path, limit: YAMLLimits.fileBytes), file: file.path)
                problems += read.problems
                for (name, namespace) in read.namespaces {
                    namespaces[name, default: WorkflowFile.Namespace(position: namespace.position)].merge(namespace)
                    for (name, setting) in namespace.environment { variables.add(name, setting.value) }
                    for script in namespace.scripts { variables.add(script: script.value) }
                }
            } catch {
                problems.append(Problem(at: SourcePosition(file: file.path), error.what, remedy: error.remedy))
            }
        }
        return (namespaces, variables, problems)
    }

    // MARK: Files of the old tool

    /// With each of its optional configurations, of which a task names those that it wants; by itself if there is none.
    private static func roseApp(_ path: String) -> [Problem] {
        let keys = OldFiles.optionalKeys(beside: path)
        guard !keys.isEmpty else { return conversion(of: path) }
        // What one of them lacks, the task may take from another.
        let whole = Set(conversion(of: path, optional: keys).map(\.key))
        return keys.flatMap { conversion(of: path, optional: [$0]) }.filter { $0.position.column != 1 || whole.contains($0.key) }
    }

    /// What an app runs: the old tool, or this one.
    private static func commands(of app: RoseApp, _ checks: WorkflowChecks) -> [Problem] {
        let isOld = app.configurations.contains { $0.sections[OldSettings.transferGroup] != nil }
        return app.commands.flatMap { name, setting in
            let key = "command.\(name)"
            guard !isOld || !setting.value.contains("transfer.py") else {
                return [
                    Problem(
                        .warning, at: setting.position, key: key, "this calls transfer.py",
                        remedy: "write '\(name)=pptransfer run FILE', with what 'pptransfer convert' makes of this app as FILE")
                ]
            }
            return TextLines.of(Array(setting.value.utf8)).flatMap { ProgramCall.all(in: $0.text) }.flatMap {
                checks.problems(of: $0, at: setting.position, key: key, in: app)
            }
        }
    }

    private static func conversion(of path: String, optional: [String] = []) -> [Problem] {
        do {
            let files = try OldFiles(path, optional: optional)
            // An app that transfers only with another optional configuration is in order.
            guard !OldSettings(files.configuration).isSwitchedOff else { return [] }
            return try Conversion(files).warnings
        } catch {
            return error.all
        }
    }
}
