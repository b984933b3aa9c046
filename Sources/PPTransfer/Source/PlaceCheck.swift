import Globus
import SystemFiles

/// Finds out, by canaries, whether a source on this machine is what its collection shows, and whether the destination is another place.
///
/// Names do not tell: two collections may show one file system, and links may lead from one directory into the other. Each directory is
/// checked by itself, since a link may stand for any of them.
struct PlaceCheck: Sendable {
    enum Finding {
        /// The destination is another place. Of these directories it is not known, because nothing can be made in them, and why.
        case apart(unwritable: [FileName: String])
        /// This directory is at the destination, too: the source itself.
        case same(FileName)
        /// The source collection does not show what was made at the source.
        case notTheSource
        /// No canary can be made.
        case unmade(String)
        case unknown(GlobusError)
    }

    private let plan: TransferPlan
    private let service: any TransferService
    private let time: any Timekeeper

    init(_ plan: TransferPlan, _ service: any TransferService, _ time: any Timekeeper) {
        (self.plan, self.service, self.time) = (plan, service, time)
    }

    /// As many canaries at a time.
    private static let width = 8
    /// Before a canary that the source collection does not show is looked for again: file systems that machines share may be behind.
    private static let pauses: [Duration] = [.seconds(1), .seconds(4), .seconds(10)]

    /// - Parameter folders: from the source, each empty or ending in a slash.
    func finding(in folders: Set<FileName>, of root: String) async -> Finding {
        let ordered = folders.sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }
        var unwritable: [FileName: String] = [:]
        var isSourceSeen = false
        for begin in stride(from: 0, to: ordered.count, by: Self.width) {
            let batch = ordered[begin..<min(begin + Self.width, ordered.count)]
            let finding = await finding(in: batch, of: root, &isSourceSeen)
            guard case .apart(let more) = finding else { return finding }
            unwritable.merge(more) { first, _ in first }
        }
        return .apart(unwritable: unwritable)
    }

    private func finding(in folders: ArraySlice<FileName>, of root: String, _ isSourceSeen: inout Bool) async -> Finding {
        var canaries: [Placed] = []
        var unwritable: [FileName: String] = [:]
        defer { for made in canaries { made.canary.remove() } }
        for folder in folders {
            do throws(Canary.Reason) {
                let canary = try Canary(in: folder, of: root)
                canaries.append(Placed(folder: folder, canary: canary))
            } catch {
                guard error.isDenied else { return .unmade("'\(root)/\(folder.text)': \(error.text)") }
                unwritable[folder] = error.text
            }
        }
        do throws(GlobusError) {
            if !isSourceSeen, let first = canaries.first {
                guard try await isAtSource(plan.sourceRoot.appending(first.path)) else { return .notTheSource }
                isSourceSeen = true
            }
        } catch {
            return .unknown(error)
        }
        let looks = await looksAtDestination(canaries)
        if let there = looks.first(where: { $0.isThere }) { return .same(there.folder) }
        for look in looks {
            if let problem = look.problem { return .unknown(problem) }
        }
        return .apart(unwritable: unwritable)
    }

    private func isAtSource(_ path: CollectionPath) async throws(GlobusError) -> Bool {
        for pause in Self.pauses {
            if try await isThere(path, on: plan.source.collection) { return true }
            await time.sleep(for: pause)
            if Task.isCancelled { throw .cancelled }
        }
        return try await isThere(path, on: plan.source.collection)
    }

    /// A canary, and the directory that it was made in.
    private struct Placed: Sendable {
        var folder: FileName
        var canary: Canary
        var path: String { folder.text + canary.name }
    }

    /// What came of looking for one at the destination.
    private struct Look: Sendable {
        var folder: FileName
        var isThere = false
        var problem: GlobusError?
    }

    private func looksAtDestination(_ canaries: [Placed]) async -> [Look] {
        await withTaskGroup(of: Look.self) { group in
            for placed in canaries { group.addTask { await look(for: placed) } }
            var looks: [Look] = []
            for await look in group { looks.append(look) }
            return looks
        }
    }

    private func look(for placed: Placed) async -> Look {
        var result = Look(folder: placed.folder)
        do throws(GlobusError) {
            result.isThere = try await isThere(plan.destination.path.appending(placed.path), on: plan.destination.collection)
        } catch {
            result.problem = error
        }
        return result
    }

    private func isThere(_ path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> Bool {
        for pause in CollectionListing.pauses {
            do throws(GlobusError) {
                return try await look(for: path, on: collection)
            } catch {
                guard case .refused(let refusal) = error.cause, refusal.mayPass else { throw error }
            }
            await time.sleep(for: pause)
            if Task.isCancelled { throw .cancelled }
        }
        return try await look(for: path, on: collection)
    }

    private func look(for path: CollectionPath, on collection: CollectionID) async throws(GlobusError) -> Bool {
        do throws(GlobusError) {
            _ = try await service.stat(path, on: collection)
            return true
        } catch {
            guard case .refused(let refusal) = error.cause, refusal.kind == .notFound || refusal.kind == .notADirectory else { throw error }
            return false
        }
    }
}
