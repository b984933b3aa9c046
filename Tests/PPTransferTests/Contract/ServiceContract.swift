import Foundation
import Globus
import Testing

/// What `TransferService` promises, as checks of any service: the simulator behind its client, and every fake that tests put in its place.
/// A fake that plays only a part says which promises are its own; the others are not asked of it.
struct ServiceContract {
    enum Promise: String, CaseIterable, Sendable {
        /// Ids of submissions differ, and asking for one has no other effect.
        case submissionIDs
        /// A submission that is repeated starts nothing: it answers with the first task.
        case repeatedSubmission
        /// A task that was submitted is known by its id and in the list of tasks.
        case knownTask
        /// Another task is refused as not found.
        case unknownTask
        /// A directory is listed in order, a page at a time, and a directory that is not there is refused as not found.
        case listing
        /// A file and a directory are told apart, and what is not there is refused as not found.
        case stat
        /// What was sent is listed in pages that come to an end.
        case sentFiles
        /// A task that has ended is not cancelled.
        case cancelAfterEnd
    }

    let service: any TransferService
    /// Where there is a directory with these entries.
    let collection: CollectionID
    let directory: CollectionPath
    let names: [String]
    /// What `submit` takes: files that bring something to a directory of their own.
    let document: @Sendable (SubmissionID) -> TransferDocument
    /// Waits until the task has ended.
    let settle: @Sendable (TaskID) async throws -> Void

    func check(_ promise: Promise) async throws {
        switch promise {
        case .submissionIDs: try await submissionIDs()
        case .repeatedSubmission: _ = try await submitted(times: 2)
        case .knownTask: try await knownTask()
        case .unknownTask:
            let unknown = TaskID(UUID())
            await expectNotFound("an unknown task") { () throws(GlobusError) in _ = try await service.task(unknown) }
        case .listing: try await listing()
        case .stat: try await stat()
        case .sentFiles: try await sentFiles()
        case .cancelAfterEnd: try await cancelAfterEnd()
        }
    }

    private func submissionIDs() async throws {
        let ids = [try await service.newSubmissionID(), try await service.newSubmissionID(), try await service.newSubmissionID()]
        #expect(Set(ids).count == 3)
    }

    @discardableResult
    private func submitted(times: Int) async throws -> TaskID {
        let body = RequestBody.bytes(try JSONEncoder().encode(document(try await service.newSubmissionID())))
        var tasks: [TaskID] = []
        for _ in 0..<times { tasks.append(try #require(try await service.submit(body).taskID)) }
        #expect(Set(tasks).count == 1, "a repeated submission began another task")
        return try #require(tasks.first)
    }

    private func knownTask() async throws {
        let task = try await submitted(times: 1)
        #expect(try await service.task(task).status != TaskStatus(""))
        let listed = try await service.tasks(matching: "task_id:\(task)")
        #expect(listed.map(\.id) == [task])
    }

    private func listing() async throws {
        let whole = try await service.list(directory, on: collection, offset: 0, limit: 1000)
        #expect(whole.files.map(\.name) == names)
        #expect(whole.files.map(\.name) == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        let first = try await service.list(directory, on: collection, offset: 0, limit: 1)
        let rest = try await service.list(directory, on: collection, offset: 1, limit: 1000)
        #expect((first.files + rest.files).map(\.name) == names)
        #expect(try await service.list(directory, on: collection, offset: names.count, limit: 1000).files.isEmpty)
        let nowhere = directory.appending("nowhere")
        await expectNotFound("an absent directory") { () throws(GlobusError) in
            _ = try await service.list(nowhere, on: collection, offset: 0, limit: 10)
        }
    }

    private func stat() async throws {
        #expect(try await service.stat(directory, on: collection).isDirectory)
        let file = try await service.stat(directory.appending(names[0]), on: collection)
        #expect(file.isFile)
        #expect(file.name == names[0])
        let nothing = directory.appending("nothing")
        await expectNotFound("what is not there") { () throws(GlobusError) in _ = try await service.stat(nothing, on: collection) }
    }

    private func sentFiles() async throws {
        let task = try await submitted(times: 1)
        try await settle(task)
        var (marker, pages): (Int64?, Int) = (nil, 0)
        var seen: Set<String> = []
        while pages < 100 {
            let page = try await service.successfulTransfers(of: task, from: marker)
            pages += 1
            for item in page.items { #expect(seen.insert(item.destinationPath ?? "").inserted, "a file came twice") }
            guard let next = page.nextMarker else { return }
            #expect(next != marker)
            marker = next
        }
        Issue.record("the list of what was sent has no end")
    }

    private func cancelAfterEnd() async throws {
        let task = try await submitted(times: 1)
        try await settle(task)
        let before = try await service.task(task).status
        _ = try? await service.cancel(task)
        #expect(try await service.task(task).status == before)
    }

    private func expectNotFound(_ what: String, _ body: () async throws(GlobusError) -> Void) async {
        do throws(GlobusError) {
            try await body()
            Issue.record("\(what) was answered")
        } catch {
            guard case .refused(let refusal) = error.cause else {
                Issue.record("\(what): \(error)")
                return
            }
            #expect(refusal.kind == .notFound, "\(what): \(error)")
        }
    }
}
