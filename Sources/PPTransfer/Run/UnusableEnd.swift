import Globus
import SystemFiles

extension Outcome {
    /// The same, or what is wrong with one of the collections, if that may be why Globus refused.
    func explained(_ plan: TransferPlan, through service: any TransferService, _ time: any Timekeeper) async -> Outcome {
        guard case .service(let error, let phase) = self, phase != .waiting else { return self }
        return await plan.fault(of: [plan.source, plan.destination], after: error, through: service, time).map { .unusable($0) } ?? self
    }
}

extension TransferPlan {
    /// How long the look at a collection may take: the words of a failure are not worth the hours of an outage.
    private static let look = Duration.seconds(30)

    /// What is wrong with one of the collections after an error; `nil` if nothing is, or the error has another cause.
    ///
    /// Globus refuses what is asked of a bare endpoint, of a personal machine that is off, and of a collection that is gone, in words that
    /// fit anything. So the collections themselves are looked at.
    func fault(
        of ends: [ResolvedEnd], after error: GlobusError, through service: any TransferService, _ time: any Timekeeper
    ) async -> String? {
        guard let refusal = error.refusal, refusal.kind == .permission || refusal.concernsCollections else { return nil }
        let limit = min(RequestDeadline.current ?? .clamped(seconds: .max), time.elapsed + Self.look)
        return await RequestDeadline.$current.withValue(limit) {
            for end in ends {
                let personal = personal(of: end)
                do throws(GlobusError) {
                    // A missing permission is explained only by a collection that Globus does not show.
                    guard refusal.kind != .permission || personal != nil else { continue }
                    let fault = try await service.collection(end.collection).fault(of: personal)
                    if let fault, refusal.kind != .permission { return fault }
                } catch {
                    if let fault = personal?.fault(after: error) { return fault }
                }
            }
            return nil
        }
    }

    /// The Globus Connect Personal of this machine that an end is; `nil` if it is another collection.
    func personal(of end: ResolvedEnd) -> ConnectPersonal? {
        personalAccess.first { $0.personal.collection == end.collection }?.personal
    }
}

extension Refusal {
    /// Whether a collection may be what is wrong: it, its state, or the kind of thing that has its id.
    fileprivate var concernsCollections: Bool {
        switch kind {
        case .invalid: file == nil && status != 413
        case .collectionMissing, .collectionFault: true
        case .authentication, .consent, .session, .permission, .accountMissing, .notFound, .notADirectory, .conflict, .tooManyPending,
            .rateLimit, .unavailable:
            false
        }
    }
}
