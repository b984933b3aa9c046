import Globus
import PPTransfer
import PositionedYAML

/// Every transfer for the page's script, as compact as it goes: a list of values for each, in the order that `page.js` reads.
struct CampaignData {
    private var text: [UInt8] = []

    init(_ report: CampaignReport) {
        let transfers = report.transfers
        text.reserveCapacity(160 * transfers.count + 1000)
        var states: [String: Int] = [:]
        text += "{\"workflows\":[".utf8
        list(report.workflows.map(\.name)) { $0.string($1) }
        text += "],\"states\":[".utf8
        var known: [CampaignTransfer] = []
        for transfer in transfers where states[transfer.row.state] == nil {
            states[transfer.row.state] = known.count
            known.append(transfer)
        }
        list(known) { data, transfer in
            data.text += "[".utf8
            data.string(transfer.row.state)
            data.text += ",\(transfer.row.status.seriousness),\"\(transfer.call)\"]".utf8
        }
        text += "],\"calls\":{".utf8
        list([CampaignTransfer.Call.person, .again, .running]) { $0.text += "\"\($1)\":\"\($1.words)\"".utf8 }
        text += "},\"marks\":{".utf8
        list([CycleStages.Mark.done, .current, .failed, .open]) {
            $0.text += "\"\($1.rawValue)\":[\"\($1.symbol)\",\"\($1.words)\"]".utf8
        }
        text += "},\"page\":\(CampaignTable.page),\"rows\":[".utf8
        var workflow = -1
        var name: String?
        list(transfers) { data, transfer in
            if transfer.section != name { (workflow, name) = (workflow + 1, transfer.section) }
            data.row(transfer, workflow: workflow, state: states[transfer.row.state] ?? 0)
        }
        text += "]}".utf8
    }

    /// Fit to stand in a `script` element.
    var json: String { String(decoding: text, as: UTF8.self) }

    private mutating func list<Item>(_ items: [Item], _ write: (inout Self, Item) -> Void) {
        for (number, item) in items.enumerated() {
            if number > 0 { text.append(UInt8(ascii: ",")) }
            write(&self, item)
        }
    }

    /// 0 stands for what there is not.
    private mutating func row(_ transfer: CampaignTransfer, workflow: Int, state: Int) {
        let row = transfer.row
        text += "\n[\(workflow),".utf8
        optional(row.cycle)
        optional(row.name)
        text += "\(state),\"\(transfer.stages.letters)\",\(row.files),\(row.bytes),\(row.rate ?? 0),".utf8
        text += "\(transfer.submitted?.secondsSince1970 ?? 0),\(transfer.proven?.secondsSince1970 ?? 0),".utf8
        optional(transfer.level)
        text += "\(transfer.cleaned?.secondsSince1970 ?? 0),".utf8
        optional(row.task?.description)
        optional(transfer.message)
        text.removeLast()
        text.append(UInt8(ascii: "]"))
    }

    private mutating func optional(_ value: String?) {
        if let value { string(value) } else { text.append(UInt8(ascii: "0")) }
        text.append(UInt8(ascii: ","))
    }

    private mutating func string(_ value: String) {
        text.append(UInt8(ascii: "\""))
        for byte in Outlet.line(value).utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            // No end tag and no comment may begin within the element.
            case 0..<0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), 0x7F:
                text += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}
