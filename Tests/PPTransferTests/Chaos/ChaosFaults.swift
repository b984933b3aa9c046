import Globus
import Rehearsal
import TestSupport

extension StandInFaults {
    /// Between none and a dozen rules, of all kinds. Files are named `f<number>x…`.
    static func drawn(_ random: inout SplitMix, files: Int) -> StandInFaults {
        StandInFaults(
            http: (0..<Int.random(in: 0...5, using: &random)).map { _ in .drawn(&random) },
            tasks: drawnTasks(&random, files: files),
            storage: random.happens(0.4) ? (0..<Int.random(in: 1...2, using: &random)).map { _ in .drawn(&random, files: files) } : [],
            clockShift: random.happens(0.2) ? .seconds(random.one(of: [-86_400, -3600, -40, 40, 3600, 86_400, 5 * 86_400])) : .zero,
            seed: random.next())
    }

    private static func drawnTasks(_ random: inout SplitMix, files: Int) -> [TaskFault] {
        guard random.happens(0.6) else { return [] }
        var faults: [TaskFault] = []
        for ordinal in 1...3 where random.happens(ordinal == 1 ? 0.9 : 0.4) {
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                faults.append(.task(ordinal, at: random.one(of: [0, 0, 0.3, 0.7, 1]), .drawn(&random, files: files)))
            }
        }
        return faults
    }

    /// Whether a client may rightly take a task that succeeded for one that did not, and send again.
    var disguiseSuccess: Bool {
        !storage.isEmpty
            || tasks.contains {
                switch $0.effect {
                case .skip, .omit, .forget: true
                default: false
                }
            }
            || http.contains {
                switch $0.effect {
                case .edit(let edit): return !edit.omit.isEmpty || edit.set["status"] != nil
                // The destination's directory, or the task, is said not to be there.
                case .refusal(let answer): return answer.status == 404
                default: return false
                }
            }
    }

    /// Whether what lies at the destination may be said not to be there.
    var denyWhatExists: Bool {
        storage.contains { $0.effect == .hide }
            || http.contains {
                switch $0.effect {
                case .edit(let edit): !edit.omit.isEmpty
                case .refusal(let answer): answer.status == 404
                default: false
                }
            }
    }

    /// Whether a task may be at work that no client can find.
    var hideTasks: Bool { tasks.contains { $0.effect == .forget } }

    /// Whether a file may have its size and yet other bytes.
    var flipBits: Bool { storage.contains { $0.effect == .flip } }
}

extension HTTPFault {
    static func drawn(_ random: inout SplitMix) -> HTTPFault {
        let route = random.one(of: [
            Route.submit, .submit, .submit, .submissionID, .task, .task, .task, .taskList, .poll, .list, .list, .stat, .token, .any, .any,
            .cancel, .events, .pauseInfo, .skipped,
        ])
        let count =
            switch Double.random(in: 0..<1, using: &random) {
            case ..<0.6: FaultCount.times(Int.random(in: 1...4, using: &random), after: random.one(of: [0, 0, 0, 1, 2, 5]))
            case ..<0.9: FaultCount(chance: Double.random(in: 0.02...0.4, using: &random))
            default: FaultCount(after: random.one(of: [0, 1, 3]), times: random.one(of: [20, nil]))
            }
        return HTTPFault(route, .drawn(&random, route), count)
    }
}

extension HTTPFault.Effect {
    fileprivate static func drawn(_ random: inout SplitMix, _ route: HTTPFault.Route) -> Self {
        switch Double.random(in: 0..<1, using: &random) {
        case ..<0.45:
            return random.one(of: [
                .loseAnswer, .loseAnswer, .refuse, .cut(bytes: nil), .cut(bytes: 0), .truncate(bytes: nil), .truncate(bytes: 1), .empty,
                .notJSON, .html(status: 200), .html(status: 502), .slow(.milliseconds(5)), .outage(.milliseconds(20)),
            ])
        case ..<0.5: return .stall
        case ..<0.7:
            let status = random.one(of: [500, 502, 503, 504, 408, 429])
            let wait: HTTPFault.RetryDelay? = random.one(of: [nil, .seconds(0), .seconds(7), .seconds(300), .date(in: .seconds(30))])
            return .status(status, retryAfter: status == 429 || status == 503 ? wait : nil, isCarriedOut: random.happens(0.4))
        case ..<0.8: return random.one(of: [.expireTokens, .revokeTokens, .unauthorized, .expireTokens])
        default: return special(&random, route)
        }
    }

    /// What fits one route only, or needs action.
    private static func special(_ random: inout SplitMix, _ route: HTTPFault.Route) -> Self {
        switch route {
        case .submit:
            random.one(of: [
                .conflict, .tooManyTasks, .consentRequired, .sessionExpired(domain: "jasmin.ac.uk"), .status(403),
                .edit(HTTPFault.AnswerEdit(set: ["task_id": nil])), .status(504, isCarriedOut: true),
            ])
        case .task, .poll, .taskList:
            random.one(of: [
                .edit(HTTPFault.AnswerEdit(set: ["status": nil])), .edit(HTTPFault.AnswerEdit(set: ["status": "HIBERNATING"])),
                .edit(HTTPFault.AnswerEdit(set: ["status": "SUCCEEDED"])), .status(404), .status(403),
            ])
        case .list, .stat:
            random.one(of: [
                .status(403, code: "EndpointPermissionDenied"), .status(404), .consentRequired, .sessionExpired(domain: "jasmin.ac.uk"),
                .status(502, code: "ExternalError.DirListingFailed.GCDisconnected"), .edit(HTTPFault.AnswerEdit(omit: ["f0x*"])),
            ])
        case .token: random.one(of: [.invalidGrant, .status(400)])
        default: random.one(of: [.status(403), .status(404), .status(500), .loseAnswer])
        }
    }
}

extension TaskFault.Effect {
    fileprivate static func drawn(_ random: inout SplitMix, files: Int) -> Self {
        let some = ["f\(Int.random(in: 0..<files, using: &random))x*"]
        let passing = random.happens(0.6) ? Duration.milliseconds(random.one(of: [3, 20])) : nil
        return switch Int.random(in: 0..<14, using: &random) {
        case 0: .fail(code: random.one(of: ["QUOTA_EXCEEDED", "INTERNAL_ERROR", "FILE_SIZE_CHANGED"]))
        case 1: .cancel(byAdministrator: random.happens(0.5), message: "storage full")
        case 2: .expire
        case 3: .pause(message: "tape robot", for: passing)
        case 4: .deactivate(for: passing)
        case 5: .queue(for: passing)
        case 6: .status("HIBERNATING", for: passing)
        case 7: .niceStatus("GC_PAUSED", for: passing)
        case 8: .forget
        case 9: .fault("ENDPOINT_TOO_BUSY", times: Int.random(in: 1...5, using: &random))
        case 10: .fault(random.one(of: ["FILE_NOT_FOUND", "PERMISSION_DENIED"]), files: some, times: random.one(of: [1, 3]))
        case 11: .fault("FILE_NOT_FOUND", files: some)
        case 12: .skip(files: some, code: "PERMISSION_DENIED")
        default: .omit(files: some)
        }
    }
}

extension StorageFault {
    /// Writing and listing go wrong at the destination, reading at the source: what a client sees of its own source is no lie.
    fileprivate static func drawn(_ random: inout SplitMix, files: Int) -> StorageFault {
        let name = random.happens(0.2) ? "*" : "*f\(Int.random(in: 0..<files, using: &random))x*"
        let count = random.happens(0.8) ? FaultCount.times(Int.random(in: 1...3, using: &random)) : .forever
        let effect: Effect = random.one(of: [
            .flip, .truncate(bytes: 3), .truncate(bytes: 1_000_000), .grow(bytes: 10), .drop, .drop, .extra(name: "stray"), .noSpace,
            .quota, .deny, .denyListing, .listError, .hide, .understate(bytes: 1), .readError, .denyReading, .vanish, .changing,
        ])
        switch effect {
        case .readError, .denyReading, .vanish, .changing: return StorageFault("/work/" + name, effect, count)
        case .denyListing, .listError: return StorageFault("/gws/*", effect, count)
        default: return StorageFault("/gws/" + name, effect, when: random.one(of: [.sent, .sent, .written]), count)
        }
    }
}
