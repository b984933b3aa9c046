package import FoundationEssentials

extension TransferDocument {
    /// The document as it is sent: one field a line, then one item a line, so that a dry run can show the very bytes.
    ///
    /// The items are written by hand: for 100,000 of them JSONEncoder takes ten times as long and three times the memory. The same
    /// document always gives the same bytes.
    package func encoded() -> Data { encoded(items) }

    /// The same with other items than the document's own.
    package func encoded(_ items: some Sequence<TransferItem>) -> Data {
        var data = Data()
        encode(items) { data.append(contentsOf: $0) }
        return data
    }

    /// The same bytes piece by piece, 64 KiB or a little more each, so that any number of items takes no memory.
    ///
    /// - Parameters:
    ///   - items: what is sent; the document's own items are not.
    ///   - write: gets the pieces one after the other.
    package func encode<Failure>(
        _ items: some Sequence<TransferItem>, to write: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var bytes: [UInt8] = []
        bytes += "{\n".utf8
        for (key, value) in fields {
            guard let value else { continue }
            bytes.append(jsonString: key.rawValue)
            bytes += ": ".utf8
            bytes.append(jsonValue: value)
            bytes += ",\n".utf8
        }
        bytes.append(jsonString: CodingKeys.items.rawValue)
        bytes += ": [\n".utf8
        var isFirst = true
        for item in items {
            if !isFirst { bytes += ",\n".utf8 }
            isFirst = false
            bytes.append(item)
            if bytes.count >= Self.piece {
                try write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        bytes += "\n]\n}\n".utf8
        try write(bytes)
    }

    private static let piece = 1 << 16

    /// Every field but the items.
    private var fields: [(CodingKeys, JSONValue?)] {
        [
            (.dataType, dataType.map { .string($0) }), (.submissionID, submissionID.map { .string($0.description) }),
            (.sourceEndpoint, .string(sourceEndpoint.description)), (.destinationEndpoint, .string(destinationEndpoint.description)),
            (.sourceLocalUser, sourceLocalUser.map { .string($0) }), (.destinationLocalUser, destinationLocalUser.map { .string($0) }),
            (.label, label.map { .string($0) }), (.deadline, deadline.map { .string($0) }),
            (.syncLevel, syncLevel.map { .integer(Int64($0.rawValue)) }), (.verifyChecksum, verifyChecksum.map { .bool($0) }),
            (.preserveTimestamp, preserveTimestamp.map { .bool($0) }), (.encryptData, encryptData.map { .bool($0) }),
            (.failOnQuotaErrors, failOnQuotaErrors.map { .bool($0) }), (.skipSourceErrors, skipSourceErrors.map { .bool($0) }),
            (.deleteDestinationExtra, deleteDestinationExtra.map { .bool($0) }),
            (.recursiveSymlinks, recursiveSymlinks.map { .string($0.rawValue) }),
            (.filterRules, filterRules.map { .array($0.map(\.json)) }),
            (.notifyOnSucceeded, notifyOnSucceeded.map { .bool($0) }), (.notifyOnFailed, notifyOnFailed.map { .bool($0) }),
            (.notifyOnInactive, notifyOnInactive.map { .bool($0) }),
            (.storeBasePathInfo, storeBasePathInfo.map { .bool($0) }),
        ]
    }
}

extension FilterRule {
    fileprivate var json: JSONValue {
        var fields: [String: JSONValue] = ["method": .string(method.rawValue), "name": .string(name)]
        if let dataType { fields["DATA_TYPE"] = .string(dataType) }
        if let type { fields["type"] = .string(type.rawValue) }
        return .object(fields)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ item: TransferItem) {
        self += "{\"DATA_TYPE\":\"transfer_item\",\"source_path\":".utf8
        append(jsonString: item.sourcePath)
        self += ",\"destination_path\":".utf8
        append(jsonString: item.destinationPath)
        if let recursive = item.recursive { self += (recursive ? ",\"recursive\":true" : ",\"recursive\":false").utf8 }
        if let checksum = item.externalChecksum {
            self += ",\"external_checksum\":".utf8
            append(jsonString: checksum)
        }
        if let algorithm = item.checksumAlgorithm {
            self += ",\"checksum_algorithm\":".utf8
            append(jsonString: algorithm)
        }
        append(UInt8(ascii: "}"))
    }

    fileprivate mutating func append(jsonValue value: JSONValue) {
        switch value {
        case .null: self += "null".utf8
        case .bool(let value): self += "\(value)".utf8
        case .integer(let value): self += "\(value)".utf8
        case .number(let value): self += "\(value)".utf8
        case .string(let value): append(jsonString: value)
        case .array(let values): append(list: values, between: "[]") { $0.append(jsonValue: $1) }
        case .object(let values):
            append(list: values.sorted { $0.key < $1.key }, between: "{}") { bytes, member in
                bytes.append(jsonString: member.key)
                bytes.append(UInt8(ascii: ":"))
                bytes.append(jsonValue: member.value)
            }
        }
    }

    private mutating func append<Member>(list: [Member], between brackets: String, _ write: (inout [UInt8], Member) -> Void) {
        append(brackets.utf8.first ?? 0)
        for (index, element) in list.enumerated() {
            if index > 0 { append(UInt8(ascii: ",")) }
            write(&self, element)
        }
        append(brackets.utf8.last ?? 0)
    }

    fileprivate mutating func append(jsonString text: String) {
        append(UInt8(ascii: "\""))
        if text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            let digits = Array("0123456789abcdef".utf8)
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): self += [UInt8(ascii: "\\"), byte]
                case 0..<0x20: self += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                default: append(byte)
                }
            }
        } else {
            self += text.utf8
        }
        append(UInt8(ascii: "\""))
    }
}
