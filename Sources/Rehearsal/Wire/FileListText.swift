import FoundationEssentials
import Globus

/// Listings as JSON, written by hand: they can hold 100,000 entries, and every field is there, `null` where there is no value.
enum FileListText {
    static func encoded(_ list: FileList) -> Data {
        var text = JSONText()
        text.begin()
        text.field("DATA_TYPE", list.dataType)
        text.field("endpoint", list.endpoint)
        text.field("path", list.path)
        text.field("absolute_path", list.absolutePath)
        text.field("rename_supported", list.renameSupported ?? false)
        text.field("symlink_supported", list.symlinkSupported ?? false)
        text.field("length", Int64(list.length ?? 0))
        text.field("total", Int64(list.total ?? 0))
        text.array("DATA", list.files) { write($0, &$1) }
        text.end()
        return Data(text.bytes)
    }

    static func encoded(_ file: DirectoryEntry) -> Data {
        var text = JSONText()
        write(file, &text)
        return Data(text.bytes)
    }

    private static func write(_ file: DirectoryEntry, _ text: inout JSONText) {
        text.begin()
        text.field("DATA_TYPE", file.dataType)
        text.field("name", file.name)
        text.field("type", file.type)
        text.field("size", file.size)
        text.field("last_modified", file.lastModified)
        text.field("permissions", file.permissions)
        text.field("user", file.user)
        text.field("group", file.group)
        text.field("link_target", file.linkTarget)
        text.field("link_size", file.linkSize)
        text.field("link_user", file.linkUser)
        text.field("link_group", file.linkGroup)
        text.field("link_last_modified", file.linkLastModified)
        text.end()
    }
}

/// Writes JSON straight into bytes.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    mutating func begin() { bytes.append(UInt8(ascii: "{")) }

    mutating func end() {
        if bytes.last == UInt8(ascii: ",") { bytes.removeLast() }
        bytes.append(UInt8(ascii: "}"))
    }

    mutating func field(_ name: String, _ value: String?) {
        key(name)
        if let value { string(value) } else { bytes += "null".utf8 }
        bytes.append(UInt8(ascii: ","))
    }

    mutating func field(_ name: String, _ value: Int64?) {
        key(name)
        bytes += (value.map { String($0) } ?? "null").utf8
        bytes.append(UInt8(ascii: ","))
    }

    mutating func field(_ name: String, _ value: Bool) {
        key(name)
        bytes += (value ? "true" : "false").utf8
        bytes.append(UInt8(ascii: ","))
    }

    mutating func array<Element>(_ name: String, _ elements: [Element], _ write: (Element, inout JSONText) -> Void) {
        key(name)
        bytes.append(UInt8(ascii: "["))
        for element in elements {
            write(element, &self)
            bytes.append(UInt8(ascii: ","))
        }
        if bytes.last == UInt8(ascii: ",") { bytes.removeLast() }
        bytes += "],".utf8
    }

    private mutating func key(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += "\\u00".utf8
                bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
