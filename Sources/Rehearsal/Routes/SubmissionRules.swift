import FoundationEssentials
import Globus
import SystemFiles

/// What a submission must be before it becomes a task. Whether its paths exist is not asked: that is the task's business.
enum SubmissionRules {
    static func check(_ document: TransferDocument, source: PlayedCollection, destination: PlayedCollection) throws(Refusal) {
        try check(label: document.label, deadline: document.deadline)
        guard !document.items.isEmpty else {
            throw .transfer(400, "ClientError.BadRequest.NoTransferItems", "A transfer requires at least one item")
        }
        try checkFunctional(source)
        try checkFunctional(destination)
        if document.verifyChecksum == true || document.syncLevel == .checksum {
            guard !source.settings.disablesVerification, !destination.settings.disablesVerification else {
                throw .badRequest("Checksums are not supported by one of the collections")
            }
        }
        for rule in document.filterRules ?? [] where rule.dataType != "filter_rule" || rule.name.isEmpty {
            throw .badRequest("Invalid filter rule '\(rule.name)'")
        }
        for (index, item) in document.items.enumerated() { try check(item, at: index) }
    }

    static func check(_ document: DeleteDocument, _ collection: PlayedCollection) throws(Refusal) {
        try check(label: document.label, deadline: document.deadline)
        guard !document.items.isEmpty else {
            throw .transfer(400, "ClientError.BadRequest.NoDeleteItems", "A delete requires at least one item")
        }
        try checkFunctional(collection)
        for (index, item) in document.items.enumerated() {
            guard item.dataType == "delete_item" else {
                throw .badRequest("DATA[\(index)] has an unsupported DATA_TYPE '\(item.dataType ?? "")'")
            }
            try check(path: item.path, "path", index)
        }
    }

    static func check(label: String?) throws(Refusal) {
        guard let label else { return }
        guard !label.isEmpty else { throw .badRequest("Label must not be empty") }
        guard label.unicodeScalars.count <= 128 else { throw .badRequest("Label must be at most 128 characters long") }
        guard !label.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" }) else {
            throw .badRequest("Label must not contain line ends")
        }
        guard label.trimmed == label else {
            throw .badRequest("Label must not begin or end with white space")
        }
    }

    private static func check(label: String?, deadline: String?) throws(Refusal) {
        try check(label: label)
        if let deadline { _ = try date(deadline) }
    }

    static func date(_ text: String) throws(Refusal) -> Date {
        guard let date = WireTime.parse(text) else { throw .badRequest("Invalid deadline '\(text)'") }
        return date
    }

    private static func check(_ item: TransferItem, at index: Int) throws(Refusal) {
        guard item.dataType == "transfer_item" else {
            throw .badRequest("DATA[\(index)] has an unsupported DATA_TYPE '\(item.dataType ?? "")'")
        }
        try check(path: item.sourcePath, "source_path", index)
        try check(path: item.destinationPath, "destination_path", index)
        let algorithm = item.checksumAlgorithm.map { ChecksumAlgorithm(name: $0) } ?? .md5
        guard let algorithm else {
            throw .badRequest("DATA[\(index)] has an unsupported checksum_algorithm '\(item.checksumAlgorithm ?? "")'")
        }
        guard let checksum = item.externalChecksum else { return }
        guard item.recursive != true else { throw .badRequest("DATA[\(index)]: external_checksum is not supported for a recursive item") }
        guard checksum.utf8.count == algorithm.digits, checksum.allSatisfy(\.isHexDigit) else {
            throw .badRequest("DATA[\(index)]: '\(checksum)' is not a \(algorithm.rawValue) checksum in hexadecimal")
        }
    }

    private static func check(path: String, _ field: String, _ index: Int) throws(Refusal) {
        guard path.begins(with: "/") || path == "~" || path.begins(with: "~/") else {
            throw .badRequest("DATA[\(index)]: \(field) '\(path)' must be absolute or begin with '~/'")
        }
        guard !path.utf8.contains(0) else { throw .badRequest("DATA[\(index)]: \(field) contains a NUL character") }
    }

    private static func checkFunctional(_ collection: PlayedCollection) throws(Refusal) {
        guard collection.settings.entityType != .endpoint else {
            throw .badRequest("'\(collection.id)' is an endpoint, not a collection; it cannot take part in transfers")
        }
    }
}
