import PositionedYAML
import SystemFiles

/// A Rose app of a suite: what it sets for its command, and what it installs; with each of its optional configurations, one at a time.
struct RoseApp {
    /// Of `rose-app.conf`.
    let path: String
    /// The app by itself first. An app without a readable configuration has none.
    let configurations: [RoseConfiguration]

    init(_ path: String) {
        self.path = path
        let keys = [[]] + OldFiles.optionalKeys(beside: path).map { [$0] }
        configurations = keys.compactMap { (try? OldFiles(path, optional: $0))?.configuration }
    }

    var directory: String { path.directory ?? "." }

    /// What each configuration sets; at least one, which may be empty.
    var variables: [JobVariables] {
        let all = configurations.map { configuration in
            var variables = JobVariables()
            variables.add(configuration.settings(in: "env"))
            return variables
        }
        return all.isEmpty ? [JobVariables()] : all
    }

    /// Whether the job finds a file in its working directory.
    func installs(_ file: String) -> Bool {
        SuiteFiles.exists(directory + "/file/" + file) || configurations.contains { $0.has("file:" + file) }
    }

    /// Its commands, each once.
    var commands: [(name: String, setting: RoseConfiguration.Setting)] {
        var seen: Set<SourcePosition> = []
        return configurations.flatMap { $0.settings(in: "command") }.filter { seen.insert($0.setting.position).inserted }
    }
}
