import CycleCalendar
import PositionedYAML

/// The variables that a job has under Cylc and Rose, and what stands for them where there is no job.
struct KnownVariables {
    /// Stands where a path of the job's machine would: nothing is said of where it leads.
    static let placeholderRoot = "/JOB"
    /// Stand for cycles where none is given: two, so that what must differ between cycles is seen to.
    static let placeholderCycles = ["CYCLE-1", "CYCLE-2"]

    /// Stands for a workflow's name that only its jobs know.
    static let workflow = "WORKFLOW"
    private static let share = placeholderRoot + "/share"

    /// Whether a text asks for what depends on the cycle.
    static func mentionsCycle(_ text: [UInt8]) -> Bool {
        names(in: text).contains { ofCycle($0, "") != nil }
            || ["{cycle}", "{datac}"].contains { text.firstRange(of: Array($0.utf8)) != nil }
    }

    /// What `set` and the environment say comes first; but what depends on the cycle follows a cycle that was given.
    ///
    /// - Parameter isOfJob: whether the text is for a job of a workflow, which has a name and a cycle in its environment.
    static func variables(set: [String: String], environment: [String: String], cycle: String?, isOfJob: Bool, mentionedIn text: [UInt8])
        -> Variables
    {
        var set = set
        let placeholder = cycle ?? placeholderCycles[0]
        let mentioned = isOfJob ? names(in: text).union(standIns) : names(in: text)
        for name in mentioned where set[name] == nil {
            let isOfCycle = cycle != nil && ofCycle(name, placeholder) != nil
            let known = isOfCycle || name == "HOME" ? nil : environment[name].flatMap { $0.isEmpty ? nil : $0 }
            set[name] = known ?? value(of: name, cycle: placeholder)
        }
        return Variables(set: set.filter { !$0.value.isEmpty }, environment: environment)
    }

    /// What a description asks for without saying so.
    private static let standIns: Set<String> = ["CYLC_WORKFLOW_NAME", "CYLC_WORKFLOW_ID", "CYLC_TASK_CYCLE_POINT", "ROSE_DATAC"]

    /// Whether a job has it without anybody's doing.
    static func isSetByItself(_ name: String) -> Bool { value(of: name, cycle: placeholderCycles[0]) != nil }

    /// - Returns: `nil` for a name that neither engine, nor the batch system, nor the login sets.
    private static func value(of name: String, cycle: String) -> String? {
        if let value = ofCycle(name, cycle) { return value }
        switch name {
        case "HOME", "PWD", "TMPDIR", "OLDPWD": return placeholderRoot + "/" + name
        case "USER", "LOGNAME": return "user"
        case "HOSTNAME", "SHELL", "PATH", "LANG", "TZ": return name
        case "CYLC_WORKFLOW_NAME", "CYLC_WORKFLOW_NAME_BASE", "CYLC_SUITE_NAME", "ROSE_SUITE_NAME": return workflow
        case "CYLC_WORKFLOW_ID": return workflow + "/run1"
        case "CYLC_WORKFLOW_SHARE_DIR", "CYLC_SUITE_SHARE_DIR", "CYLC_SUITE_SHARE_PATH": return share
        case "ROSE_DATA": return share + "/data"
        case "ROSE_ETC": return share + "/etc"
        case "ROSE_SUITE_DIR", "ROSE_SUITE_DIR_REL", "ROSE_TASK_LOG_DIR", "ROSE_TASK_LOG_ROOT", "CYLC_TASK_LOG_DIR", "CYLC_TASK_LOG_ROOT",
            "CYLC_TASK_WORK_DIR", "CYLC_TASK_WORK_PATH":
            return placeholderRoot + "/" + name
        case "CYLC_TASK_NAME", "ROSE_TASK_NAME", "ROSE_TASK_PREFIX", "ROSE_TASK_SUFFIX", "ROSE_ORIG_HOST", "ROSE_VERSION": return name
        case "CYLC_TASK_SUBMIT_NUMBER", "CYLC_TASK_TRY_NUMBER", "CYLC_TASK_FLOW_NUMBERS": return "1"
        case "CYLC_CYCLING_MODE", "ROSE_CYCLING_MODE": return CyclingMode.gregorian.rawValue
        case "CYLC_WORKFLOW_UUID", "CYLC_SUITE_UUID", "CYLC_WORKFLOW_HOST", "CYLC_SUITE_HOST", "CYLC_WORKFLOW_OWNER", "CYLC_SUITE_OWNER",
            "CYLC_VERSION", "CYLC_UTC", "CYLC_DEBUG", "CYLC_VERBOSE", "CYLC_TASK_COMMS_METHOD", "CYLC_TASK_NAMESPACE_HIERARCHY":
            return name
        default: break
        }
        for directory in ["CYLC_WORKFLOW_", "CYLC_SUITE_"] where name.hasPrefix(directory) {
            let rest = name.dropFirst(directory.count)
            if ["RUN_DIR", "WORK_DIR", "LOG_DIR", "DEF_PATH"].contains(rest) { return placeholderRoot + "/" + name }
            if ["INITIAL_CYCLE_POINT", "FINAL_CYCLE_POINT", "INITIAL_CYCLE_TIME", "FINAL_CYCLE_TIME"].contains(rest) { return cycle }
        }
        return ["CYLC_TASK_PARAM_", "SLURM_", "PBS_"].contains { name.hasPrefix($0) } ? name : nil
    }

    private static func ofCycle(_ name: String, _ cycle: String) -> String? {
        switch name {
        case "CYLC_TASK_CYCLE_POINT", "CYLC_TASK_CYCLE_TIME", "ROSE_TASK_CYCLE_TIME": cycle
        case "CYLC_TASK_ID", "ROSE_TASK_ID", "CYLC_TASK_JOB": "\(cycle)-\(name)"
        case "CYLC_TASK_SHARE_CYCLE_DIR", "ROSE_DATAC": "\(share)/cycle/\(cycle)"
        // ROSE_DATACP1M and the like: the share directory of another cycle.
        case _ where name.hasPrefix("ROSE_DATAC"): "\(share)/cycle/\(cycle)\(name.dropFirst("ROSE_DATAC".count))"
        default: nil
        }
    }

    /// What stands after each `${`.
    static func names(in text: [UInt8]) -> Set<String> {
        var (names, place): (Set<String>, Int) = ([], 0)
        while let dollar = text[place...].firstIndex(of: UInt8(ascii: "$")) {
            place = dollar + 1
            guard place < text.count, text[place] == UInt8(ascii: "{") else { continue }
            let name = text[(place + 1)...].prefix { Template.continues(Unicode.Scalar($0)) }
            names.insert(String(decoding: name, as: UTF8.self))
        }
        return names
    }
}
