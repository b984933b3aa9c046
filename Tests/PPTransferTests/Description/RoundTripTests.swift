import CycleCalendar
import Globus
import PPTransfer
import PositionedYAML
import TestSupport
import Testing

@Suite struct `Descriptions as text` {
    @Test func `whatever is written is read back, whatever the environment holds`() throws {
        var random = SplitMix(seed: 7)
        let environment = ["CYLC_TASK_CYCLE_POINT": "99", "CYLC_WORKFLOW_NAME": "other", "x": "y"]
        for _ in 0..<500 {
            let task = TaskDescription.arbitrary(&random)
            let text = task.yaml
            let back = try #require(try read(text, environment: environment).first, "\(text)")
            #expect(back.withoutPositions == task.withoutPositions, "\(text)")
            #expect(back.yaml == text)
        }
    }

    @Test func `what equals its default is left out`() throws {
        let task = try #require(
            try read(minimal("select: {include: [\"*.pp\"]}\ntransfer: {sync: checksum, notify: []}", to: "/a/$$b/é")).first)
        #expect(
            task.yaml == """
                pptransfer: 1
                workflow: "task"
                cycle: null
                from:
                  collection: "archer2"
                  path: "/work/n02/data"
                to:
                  collection: "jasmin"
                  path: "/a/$$b/é"
                select:
                  include: ["*.pp"]
                transfer:
                  notify: []

                """)
    }
}

extension TaskDescription {
    fileprivate static func arbitrary(_ random: inout SplitMix) -> TaskDescription {
        let place = SourcePosition(file: "generated")
        var task = TaskDescription(
            position: place, workflow: Positioned("u-" + word(&random), at: place), from: end(&random), to: end(&random))
        if Bool.random(using: &random) { task.name = Positioned(word(&random) + oddText(&random, without: "/"), at: place) }
        if Bool.random(using: &random) {
            task.cycle = ["19880230T0000Z", "3", "-1", "null", "1e3"].randomElement(using: &random).flatMap(CyclePoint.init).map {
                Positioned($0, at: place)
            }
        }
        task.select.include = patterns(&random)
        task.select.exclude = patterns(&random)
        task.select.required = patterns(&random)
        task.existing = ([nil] + ExistingPolicy.allCases.map { $0 }).randomElement(using: &random) ?? nil
        task.empty = EmptyPolicy.allCases.randomElement(using: &random) ?? .fail
        task.symlinks = LinkPolicy.allCases.randomElement(using: &random)
        task.transfer.sync = SyncLevel.allCases.randomElement(using: &random) ?? .checksum
        task.transfer.encrypt = [.always, .never, .auto, nil].randomElement(using: &random) ?? nil
        task.transfer.verifyChecksum = Bool.random(using: &random)
        (task.transfer.preserveTimestamp, task.transfer.failOnQuotaErrors) = (Bool.random(using: &random), Bool.random(using: &random))
        task.transfer.notify = Set(TransferOptions.Notification.allCases.filter { _ in Bool.random(using: &random) })
        task.transfer.deadline = .seconds(Int.random(in: 400_000...999_999, using: &random))
        task.wait.limit = .milliseconds(Int.random(in: 1...400_000_000, using: &random))
        task.wait.outage = .seconds(Int.random(in: 1...9999, using: &random))
        task.wait.onFault.after = .seconds(Int.random(in: 1...9999, using: &random))
        task.wait.onFault.then = Bool.random(using: &random) ? .cancel : .leave
        task.wait.onInactive = Bool.random(using: &random) ? .wait : .leave
        task.verify.level = Bool.random(using: &random) ? .size : .none
        task.verify.extra = VerifyOptions.Extra.allCases.randomElement(using: &random) ?? .warn
        task.verify.digest = VerifyOptions.Digest.allCases.randomElement(using: &random) ?? .sha256
        // Decided by what was drawn, so that the seeds keep their meaning.
        if task.transfer.verifyChecksum {
            task.rights.group = Positioned("gws_canari", at: place)
            task.rights.mode = FileMode("g+rwX,o-rwx").map { Positioned($0, at: place) }
        } else if task.transfer.encrypt == .always {
            task.rights.onDifference = Positioned(.fail, at: place)
        }
        if task.transfer.encrypt == .always { (task.symlinks, task.select.settled) = (nil, .seconds(600)) }
        return task
    }

    private static func end(_ random: inout SplitMix) -> End {
        let place = SourcePosition(file: "generated")
        let references: [CollectionReference] =
            [.alias("archer2"), .globusConnectPersonal, .alias("null")]
            + [CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21")].compactMap { $0.map { .id($0) } }
        let path = Bool.random(using: &random) ? "~" : "/" + oddText(&random, without: "\0")
        var end = End(
            collection: Positioned(references.randomElement(using: &random) ?? .globusConnectPersonal, at: place),
            path: Positioned(path, at: place))
        // Decided by what was drawn, so that the seeds keep their meaning.
        if path == "~" { end.localUser = Positioned("{j$doe}", at: place) }
        return end
    }

    private static func patterns(_ random: inout SplitMix) -> [Positioned<String>] {
        (0..<Int.random(in: 0...2, using: &random)).map { _ in
            Positioned(
                "*" + oddText(&random, without: "/").filter { $0 != "\\" && $0 != "," } + ".pp", at: SourcePosition(file: "generated"))
        }
    }

    private static func word(_ random: inout SplitMix) -> String {
        String((0..<Int.random(in: 1...6, using: &random)).compactMap { _ in "abc123_-{$".randomElement(using: &random) })
    }

    /// Everything that YAML or the templates could stumble over.
    private static func oddText(_ random: inout SplitMix, without: Character) -> String {
        let characters: [Character] = [
            "a", " ", "\"", "'", "\\", "$", "{", "}", ":", "#", "*", "&", "!", "~", "é", "😀", "\u{2028}", "%", "@", ",", "[", "\u{FEFF}",
        ]
        return String(
            (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in characters.randomElement(using: &random) }.filter {
                $0 != without
            })
    }

    /// The same description, as if it had been written nowhere.
    fileprivate var withoutPositions: TaskDescription {
        let nowhere = SourcePosition(file: "")
        func strip<Value>(_ value: Positioned<Value>) -> Positioned<Value> { Positioned(value.value, at: nowhere) }
        var copy = self
        (copy.position, copy.warnings, copy.variablesUsed) = (nowhere, [], [])
        (copy.name, copy.workflow, copy.cycle) = (name.map(strip), strip(workflow), cycle.map(strip))
        copy.from = End(collection: strip(from.collection), path: strip(from.path))
        copy.to = End(collection: strip(to.collection), path: strip(to.path))
        (copy.from.localUser, copy.to.localUser) = (from.localUser.map(strip), to.localUser.map(strip))
        copy.rights.group = rights.group.map(strip)
        copy.rights.mode = rights.mode.map(strip)
        copy.rights.onDifference = rights.onDifference.map(strip)
        copy.select.include = select.include.map(strip)
        copy.select.exclude = select.exclude.map(strip)
        copy.select.required = select.required.map(strip)
        return copy
    }
}
