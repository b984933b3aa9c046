import ArgumentParser

/// What a person knows of tasks that the login in use cannot see.
struct ForgetOptions: ParsableArguments {
    @Flag(
        name: .customLong("forget-task"),
        help: "Submit even if this login cannot see an earlier task. Use it only if you know that the task has ended.")
    var forgetsTask = false
}
