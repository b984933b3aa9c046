public import Globus
public import Logging
import PositionedYAML

/// Starts transfers, and carries them out side by side: look at the source, submit once, wait, verify, record.
///
/// One value for a whole program is enough: all transfers that it started are queried with one request per round. Nothing is read that was
/// not given: no environment, no home directory.
public struct Transfers: Sendable {
    package var run: TransferRun
    let sites: Sites
    private let collections: (any CollectionService)?
    private let engine: TransferRun.Engine
    /// The login in use, which the client looks up when it is first needed.
    private var login: @Sendable () -> ResolvedLogin? = { nil }

    /// Makes a starter of transfers.
    ///
    /// - Parameters:
    ///   - client: the client that all requests are made with.
    ///   - journal: the place where transfers are recorded. Without one nothing is remembered: a plan that is started again is submitted
    ///     again.
    ///   - sites: the sites that plans made in code are checked with. A plan that was read keeps those that it was read with.
    ///   - log: gets a line for each change of a transfer; `nil` for none.
    ///   - clock: the clock that waits are made by.
    public init(
        client: GlobusClient, journal: Journal? = nil, sites: Sites = .none, log: Logger? = nil, clock: any Timekeeper = SystemTimekeeper()
    ) {
        self.init(service: client.transfer, collections: client.transfer, journal: journal, sites: sites, log: log, clock: clock)
        login = { try? client.resolvedLogin() }
    }

    package init(
        service: any TransferService, collections: (any CollectionService)? = nil, journal: Journal?, sites: Sites = .none,
        log: Logger? = nil, clock: any Timekeeper = SystemTimekeeper()
    ) {
        let log = log ?? Logger(label: "pptransfer") { _ in SwiftLogNoOpLogHandler() }
        run = TransferRun(service: service, journal: journal, time: clock, log: log)
        (self.sites, self.collections) = (sites, collections)
        engine = TransferRun.Engine(service: service, time: clock)
    }

    var clock: any Timekeeper { run.time }

    /// Whether an earlier Globus task of a plan, which the login in use cannot see, counts as ended; not unless set. Set it only if you know
    /// that it has: it may be at work under another login.
    public var forgetsTask: Bool {
        get { run.forgetsTask }
        set { run.forgetsTask = newValue }
    }

    /// Starts a transfer, and returns at once.
    ///
    /// A plan that cannot be carried out ends with the result `invalid`.
    public func start(_ plan: Plan) -> Transfer { start([plan])[0] }

    /// Starts transfers, and returns at once.
    ///
    /// They begin in the order of the plans; as one ends, the next begins. Transfers that would write the same destination files are
    /// refused, each with the result `conflict` or `invalid`, and so are plans with the id of an earlier one.
    ///
    /// - Parameter atMost: how many may be under way at once; at least 1.
    /// - Returns: a transfer for each plan, in their order.
    public func start(_ plans: [Plan], atMost: Int = .max) -> [Transfer] {
        let controls = plans.map { TransferControl($0.unplanned, time: clock) }
        Task {
            var planned: [(plan: TransferPlan, control: TransferControl)] = []
            var ids: Set<TransferID> = []
            for (plan, control) in zip(plans, controls) {
                do throws(Problems) {
                    guard ids.insert(plan.id).inserted else { throw Self.repeated(plan.id) }
                    planned.append((try await transferPlan(plan), control))
                } catch {
                    control.end(FinishedTransfer(plan: plan.unplanned, outcome: .invalid(error)), at: clock.now)
                }
            }
            planned.removeAll { $0.control.ended != nil }
            var run = run
            run.login = run.login ?? login()
            run.together = max(1, atMost)
            _ = await run.run(planned.map(\.plan), planned.map(\.control), engine)
        }
        return zip(plans, controls).map { Transfer(id: $0.id, control: $1, clock: clock) }
    }

    /// Carries out transfers whose plans have nothing left to look up. Cancelling the calling task ends the waiting.
    ///
    /// - Returns: a report for each plan, in their order, once all have ended.
    package func finished(_ plans: [TransferPlan]) async -> [FinishedTransfer] {
        await run.run(plans, plans.map { TransferControl($0, time: clock) }, engine)
    }

    private static func repeated(_ id: TransferID) -> Problems {
        Problems([
            Problem(
                at: SourcePosition(file: "\(id)"), key: "name",
                "another plan that was started with it has the same workflow, cycle and name",
                remedy: "give each plan an id of its own")
        ])
    }

    /// The plan with nothing left to look up. Its warnings are logged.
    private func transferPlan(_ plan: Plan) async throws(Problems) -> TransferPlan {
        let (planned, warnings) = try await plan.planned(with: sites, collections: collections, today: clock.now.day)
        for warning in warnings { run.log.about(planned).warning("\(warning)") }
        return planned
    }

    /// Looks at what a plan would send now. Submits nothing, and writes no file.
    ///
    /// - Throws: `PPTransferError`: `.invalid` or `.collection` for the plan, `.source` if the source cannot be sent as it is, `.service` if
    ///   its collection cannot be listed.
    public func preview(_ plan: Plan) async throws(PPTransferError) -> Preview {
        let planned: (plan: TransferPlan, warnings: [Problem])
        do throws(Problems) {
            planned = try await plan.planned(with: sites, collections: collections, today: clock.now.day)
        } catch {
            throw PPTransferError(error)
        }
        let name = "\(plan.id)"
        let transfer: TransferPlan
        switch await planned.plan.located(through: run.service, nil, time: clock, warn: { _ in }) {
        case .plan(let located): transfer = located
        case .stopped(.source(let problems)): throw PPTransferError(problems, of: name)
        case .stopped(.service(let error, _)): throw PPTransferError(error, of: name)
        case .stopped: throw PPTransferError(.cancelled, of: name)
        }
        let scan: SourceScan
        do throws(GlobusError) {
            scan = try await transfer.scan(through: run.service, time: clock).0
        } catch {
            throw PPTransferError(error, of: name)
        }
        guard scan.problems.isEmpty else { throw PPTransferError(scan.problems, of: name) }
        return Preview(plan, transfer, scan, planned.warnings)
    }
}
