import Foundation
import Globus
import GlobusTesting
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
        #expect(expired.requestTime?.description == "2026-03-02T20:01:33Z")
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
        let text =
            #"{"task_id":"\#(TaskID.example(1))","status":"SLEEPING","new_field":{"a":[1,2.5,null,true]},"bytes_transferred":9007199254740993}"#
        let document = try JSONDecoder().decode(TransferTask.self, from: Data(text.utf8))
        #expect(document.status == TaskStatus("SLEEPING"))
        #expect(!document.status.hasEnded)
        #expect(document.bytesTransferred == 9_007_199_254_740_993)
        let again = try JSONDecoder().decode(TransferTask.self, from: JSONEncoder().encode(document))
        #expect(again == document)
        #expect(again[field: "new_field"] == ["a": [1, .number(2.5), nil, true]])
        #expect(again[field: "status"] == "SLEEPING")
        #expect(again[field: "label"] == nil)
    }

    /// Entries of long lists keep what they do not know beside their properties.
    private func survives<Document: FlatDocument>(
        _ text: String, as type: Document.Type = Document.self, _ look: (Document) throws -> Void
    ) throws {
        let document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
        try look(document)
        let again = try JSONDecoder().decode(Document.self, from: JSONEncoder().encode(document))
        #expect(again == document)
    }

    @Test func `what an entry of a list does not know, it keeps`() throws {
        let entry = #"{"name":"a","type":"file","size":3,"last_modified":"2026-11-20 09:00:00+00:00","user":null,"tape":{"state":"cold"}}"#
        try survives(entry, as: DirectoryEntry.self) {
            #expect($0.modified == .example)
            #expect($0.others == ["tape": ["state": "cold"]])
            #expect($0[field: "tape"] == ["state": "cold"])
            #expect($0[field: "last_modified"] == "2026-11-20 09:00:00+00:00")
            #expect($0[field: "size"] == 3)
            #expect($0[field: "user"] == nil)
            #expect($0[field: "nothing"] == nil)
        }
        try survives(#"{"source_path":"/a","size":"big","block":7}"#, as: SentFile.self) {
            #expect($0.size == nil)
            #expect($0[field: "size"] == "big")
            #expect($0[field: "block"] == 7)
        }
        try survives(#"{"source_path":"/a","error_time":"2026-11-20T09:00:00+00:00","why":["x"]}"#, as: SkippedFile.self) {
            #expect($0.errorTime == .example)
            #expect($0[field: "error_time"] == "2026-11-20T09:00:00+00:00")
            #expect($0[field: "why"] == ["x"])
        }
        try survives(#"{"code":5,"time":"soon","description":"d"}"#, as: TaskEvent.self) {
            #expect($0.code == nil)
            #expect($0.time == nil)
            #expect($0[field: "code"] == 5)
            #expect($0[field: "time"] == "soon")
            #expect($0.others == ["code": 5])
        }
    }

    @Test func `an entry without further fields keeps none`() throws {
        #expect(try sample("file_list", as: FileList.self).files.allSatisfy { $0.others.isEmpty })
        #expect(try sample("successful_transfers", as: MarkerPage<SentFile>.self).items.allSatisfy { $0.others.isEmpty })
    }

    @Test(arguments: ["{}", #"{"task_id":null,"id":null}"#, #"{"task_id":"x","id":"x"}"#])
    func `a document without its id cannot be read`(text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(TransferTask.self, from: Data(text.utf8)) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(CollectionInfo.self, from: Data(text.utf8)) }
    }

    @Test func `a task's document may be empty but for its id`() throws {
        let document = try JSONDecoder().decode(TransferTask.self, from: Data(#"{"task_id":"\#(TaskID.example(1))"}"#.utf8))
        #expect(document.id == .example(1))
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
