import Foundation
import Globus
import GlobusTesting
import Testing

/// The bytes written by hand are the document that Codable reads.
struct TransferEncodingTests {
    private func document(_ items: [TransferItem]) throws -> TransferDocument {
        let source = try #require(CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21"))
        let destination = try #require(CollectionID("a2f53b7f-1b4e-4dce-9b7c-349ae760fee0"))
        var document = TransferDocument(from: source, to: destination, items: items)
        document.submissionID = .example(1)
        (document.sourceLocalUser, document.destinationLocalUser) = ("me-n02", "gws \"x\"")
        document.label = "pptransfer \"u-ab123\" \\ 19880901T0000Z"
        document.syncLevel = .checksum
        document.deadline = "2026-11-23 01:02:03+00:00"
        document.verifyChecksum = true
        document.preserveTimestamp = false
        document.encryptData = true
        document.failOnQuotaErrors = false
        document.skipSourceErrors = true
        document.deleteDestinationExtra = false
        document.recursiveSymlinks = .copy
        document.notifyOnSucceeded = true
        document.notifyOnFailed = false
        document.notifyOnInactive = true
        document.storeBasePathInfo = true
        document.filterRules = [FilterRule(.include, "*.pp", type: .file), FilterRule(.exclude, "*", type: nil)]
        return document
    }

    @Test func `what is written is read back the same, whatever the names are`() throws {
        let names = [
            "plain.pp", "with blank", "quote\"", "back\\slash", "new\nline", "tab\t", "\u{1}\u{1F}\u{7F}", "é", "e\u{301}", "日本", "🌍",
            "-rf", "a;b", "\u{2028}",
        ]
        var items = names.map { TransferItem(sourcePath: "/work/" + $0, destinationPath: "/gws/" + $0, recursive: false) }
        items.append(TransferItem(sourcePath: "/d/", destinationPath: "/e/", recursive: true))
        items.append(
            TransferItem(sourcePath: "/f", destinationPath: "/g", recursive: nil, externalChecksum: "ab12", checksumAlgorithm: "SHA256"))
        let original = try document(items)
        let read = try JSONDecoder().decode(TransferDocument.self, from: original.encoded())
        #expect(read == original)
        #expect(read.items.map { Array($0.sourcePath.utf8) } == original.items.map { Array($0.sourcePath.utf8) })
    }

    /// So that a field which joins the document is not forgotten in the writing.
    @Test func `the example sets every field`() throws {
        for child in Mirror(reflecting: try document([])).children { #expect(!"\(child.value)".hasPrefix("nil"), "\(child.label ?? "")") }
    }

    @Test func `the same document always gives the same bytes`() throws {
        let items = (0..<50).map { TransferItem(sourcePath: "/a/\($0)", destinationPath: "/b/\($0)", recursive: false) }
        #expect(try document(items).encoded() == document(items).encoded())
    }

    @Test func `a field that is not set is left out`() throws {
        let source = try #require(CollectionID("3e90d018-0d05-461a-bbaf-aab605283d21"))
        let text = String(decoding: TransferDocument(from: source, to: source, items: []).encoded(), as: UTF8.self)
        #expect(!text.contains("null"))
        #expect(!text.contains("label"))
        #expect(text.contains(#""DATA_TYPE": "transfer""#))
    }

    @Test(arguments: [0, 1, 2, 5000])
    func `the pieces are the document, and none is much larger than 64 KiB`(count: Int) throws {
        let items = (0..<count).map { TransferItem(sourcePath: "/a/\($0)\n", destinationPath: "/b/\($0)", recursive: false) }
        var pieces: [[UInt8]] = []
        let heading = try document([])
        heading.encode(items.lazy.map { $0 }) { pieces.append($0) }
        #expect(Data(pieces.joined()) == (try document(items).encoded()))
        #expect(heading.encoded(items) == (try document(items).encoded()))
        #expect(pieces.allSatisfy { !$0.isEmpty && $0.count < 66_000 })
        #expect((count < 5000 || pieces.count > 3))
    }

    @Test func `the bytes are these`() throws {
        var document = try document([
            TransferItem(sourcePath: "/a\t", destinationPath: "/b\"", recursive: false),
            TransferItem(sourcePath: "/c/", destinationPath: "/d/", recursive: true, externalChecksum: "ab", checksumAlgorithm: "MD5"),
        ])
        (document.filterRules, document.deadline) = ([FilterRule(.exclude, "*.tmp", type: .file)], nil)
        let expected = """
            {
            "DATA_TYPE": "transfer",
            "submission_id": "00000000-0000-4000-b000-000000000001",
            "source_endpoint": "3e90d018-0d05-461a-bbaf-aab605283d21",
            "destination_endpoint": "a2f53b7f-1b4e-4dce-9b7c-349ae760fee0",
            "source_local_user": "me-n02",
            "destination_local_user": "gws \\"x\\"",
            "label": "pptransfer \\"u-ab123\\" \\\\ 19880901T0000Z",
            "sync_level": 3,
            "verify_checksum": true,
            "preserve_timestamp": false,
            "encrypt_data": true,
            "fail_on_quota_errors": false,
            "skip_source_errors": true,
            "delete_destination_extra": false,
            "recursive_symlinks": "copy",
            "filter_rules": [{"DATA_TYPE":"filter_rule","method":"exclude","name":"*.tmp","type":"file"}],
            "notify_on_succeeded": true,
            "notify_on_failed": false,
            "notify_on_inactive": true,
            "store_base_path_info": true,
            "DATA": [
            {"DATA_TYPE":"transfer_item","source_path":"/a\\u0009","destination_path":"/b\\"","recursive":false},
            {"DATA_TYPE":"transfer_item","source_path":"/c/","destination_path":"/d/","recursive":true,"external_checksum":"ab",\
            "checksum_algorithm":"MD5"}
            ]
            }

            """
        #expect(String(decoding: document.encoded(), as: UTF8.self) == expected)
    }

    @Test func `one field a line, one item a line`() throws {
        let item = TransferItem(sourcePath: "/a", destinationPath: "/b", recursive: false)
        let lines = String(decoding: try document([item, item]).encoded(), as: UTF8.self).split(separator: "\n")
        #expect(lines.contains(#"{"DATA_TYPE":"transfer_item","source_path":"/a","destination_path":"/b","recursive":false},"#))
        #expect(lines.suffix(2) == ["]", "}"])
    }
}
