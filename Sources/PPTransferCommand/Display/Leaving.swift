import ArgumentParser
import PPTransfer
import PPTransferReports

extension ExitCode {
    init(_ status: ExitStatus) { self.init(status.number) }
}

extension Console {
    /// Prints what a command has found, and exits with its status.
    ///
    /// - Parameter text: what people are shown; `nil` shows the document.
    /// - Throws: `ExitCode`, unless all is well.
    func leave(with document: ReportDocument<some ReportBody>, text: String?) throws {
        if let text { result(text) } else { self.document(document) }
        try leave(with: document.status)
    }

    /// - Throws: `ExitCode`, unless all is well.
    func leave(with status: ExitStatus) throws {
        if status != .ok { throw ExitCode(status) }
    }
}
