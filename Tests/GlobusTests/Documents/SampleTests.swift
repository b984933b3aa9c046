import Foundation
import Globus
import Testing

/// Replies in the shape of the real service decode, and what this version does not know survives.
struct SampleTests {
    @Test func `every sample is read as its document`() throws {
        #expect(try sample("submission_id", as: SubmissionIDDocument.self).value.description == "e3a85d17-4c02-4d9b-b6f1-2f90c7ab3e58")
        #expect(try !sample("transfer_result_accepted", as: TransferResult.self).isDuplicate)
        #expect(try sample("transfer_result_duplicate", as: TransferResult.self).isDuplicate)
        #expect(try sample("cancel_result", as: ResultDocument.self).code == "Canceled")
        #expect(try sample("task_list", as: TaskList.self).tasks.count == 3)
        #expect(try sample("event_list", as: EventList.self).events.isEmpty == false)
        #expect(try sample("endpoint_mapped_collection", as: CollectionInfo.self).needsDataAccess)
        #expect(try sample("token_refresh", as: TokenResponse.self).token(for: "transfer.api.globus.org") != nil)
        #expect(try sample("introspect_session_info", as: IntrospectionDocument.self).isActive)
    }

    @Test func `accepted and duplicate name the same task`() throws {
        let accepted: TransferResult = try sample("transfer_result_accepted")
        let duplicate: TransferResult = try sample("transfer_result_duplicate")
        #expect(accepted.taskID != nil)
        #expect(accepted.submissionID != nil)
        #expect(duplicate.taskID != nil)
        #expect(duplicate.submissionID != nil)
    }

    @Test func `a task's states are told apart`() throws {
        let queued: TransferTask = try sample("task_active_queued")
        #expect(queued.status == .active)
        #expect(queued.niceStatus == "Queued")
        let faulting: TransferTask = try sample("task_active_faulting")
        #expect(faulting.niceStatus == "FILE_NOT_FOUND")
        #expect(faulting.bytesTransferred == 3_298_534_883_328)
        #expect(try sample("task_inactive", as: TransferTask.self).status == .inactive)
        let succeeded: TransferTask = try sample("task_succeeded")
        #expect(succeeded.status == .succeeded)
        #expect(succeeded.faults > 0)
        let expired: TransferTask = try sample("task_failed_expired")
        #expect(expired.fatalError?.code == "EXPIRED")
        #expect(expired.requestTime.flatMap { Timestamp(wire: $0) }?.description == "2026-03-02T20:01:33Z")
    }

    @Test func `pages of files are read, also those without sizes`() throws {
        let sent: MarkerPage<SentFile> = try sample("successful_transfers")
        #expect(sent.nextMarker == 93_979)
        #expect(sent.items.map(\.size) == [8_053_063_680, 1_073_741_824, nil])
        let skipped: MarkerPage<SkippedFile> = try sample("skipped_errors")
        #expect(skipped.nextMarker == nil)
        #expect(skipped.items.map(\.errorCode) == ["FILE_NOT_FOUND", "PERMISSION_DENIED"])
        let list: FileList = try sample("file_list")
        #expect(list.files.map(\.isLink) == [false, false, true, false])
        #expect(list.files.map(\.isDirectory) == [false, false, true, true])
    }

    @Test func `what an open document does not know, it keeps`() throws {
        let text = #"{"status":"SLEEPING","new_field":{"a":[1,2.5,null,true]},"bytes_transferred":9007199254740993}"#
        let document = try JSONDecoder().decode(TransferTask.self, from: Data(text.utf8))
        #expect(document.status == TaskStatus("SLEEPING"))
        #expect(!document.status.hasEnded)
        #expect(document.bytesTransferred == 9_007_199_254_740_993)
        let again = try JSONDecoder().decode(TransferTask.self, from: JSONEncoder().encode(document))
        #expect(again == document)
        #expect(again["new_field"] == ["a": [1, .number(2.5), nil, true]])
    }

    @Test func `an empty document is a task of no known state`() throws {
        let document = try JSONDecoder().decode(TransferTask.self, from: Data("{}".utf8))
        #expect(document.status == TaskStatus(""))
        #expect(document.files == 0)
        #expect(document.fatalError == nil)
    }

    @Test(arguments: ["task_active_queued", "endpoint_mapped_collection", "cancel_result"])
    func `an open document is written back whole`(name: String) throws {
        let original = try JSONDecoder().decode(JSONValue.self, from: sample(name))
        let document: ResultDocument = try sample(name)
        #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(document)) == original)
    }

    @Test func `pause messages come from rules and from both ends, each once`() throws {
        let text = """
            {"pause_rules":[{"message":"maintenance until Friday"},{"message":""}],
             "source_pause_message":"maintenance until Friday","destination_pause_message":"tape robot","source_pause_message_share":null}
            """
        let info = try JSONDecoder().decode(PauseInfo.self, from: Data(text.utf8))
        #expect(info.messages == ["maintenance until Friday", "tape robot"])
    }
}
