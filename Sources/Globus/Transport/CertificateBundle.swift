import SystemFiles

/// A file or a directory of certificate authorities that a variable names, looked at before anything is sent by it: libcurl would find
/// out at the first request, and in words that fit a server's certificate as well.
enum CertificateBundle {
    /// Bytes. The lists of operating systems have a quarter of a megabyte.
    private static let largest = 16 << 20

    /// Why libcurl cannot use it, as far as its form shows; `nil` if it can.
    static func fault(of path: String) -> String? {
        if DirectoryState(path) == .directory {
            // Certificates are opened there by their names: who may enter it need not be able to list it.
            guard access(path, X_OK) == 0 else { return "you may not enter this directory" }
            return access(path, R_OK) == 0 && DurableFile.names(in: path).isEmpty ? "the directory is empty" : nil
        }
        // Each connection reads it anew.
        if let kind = RegularFile.oddity(of: path) { return "it is \(kind), not a file" }
        do throws(FileBytes.Fault) {
            let bytes = try FileBytes.read(path, limit: largest)
            // One that is too large to be looked through is libcurl's to judge.
            return bytes.isEmpty ? "the file is empty" : bytes.count > largest ? nil : fault(in: FileBytes.withoutMark(bytes))
        } catch {
            return error.what
        }
    }

    private static func fault(in bytes: ArraySlice<UInt8>) -> String? {
        var count = 0
        // The line in which a certificate begins, its label, and the beginning of its text.
        var certificate: (line: Int, label: ArraySlice<UInt8>, text: [UInt8])?
        var isSound = true
        for (index, raw) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let line = raw[..<(raw.lastIndex { $0 > UInt8(ascii: " ") }.map { $0 + 1 } ?? raw.startIndex)]
            if let label = label(of: line, after: "-----BEGIN ") {
                if let certificate { return "the certificate in line \(certificate.line) is cut off" }
                if label.suffix("CERTIFICATE".utf8.count).elementsEqual("CERTIFICATE".utf8) {
                    (certificate, isSound) = ((index + 1, label, []), true)
                }
            } else if let begun = certificate {
                if line.starts(with: "-----END ".utf8) {
                    // A sequence of more than 127 bytes, as every certificate is.
                    guard isSound, label(of: line, after: "-----END ") == begun.label, begun.text.starts(with: "MI".utf8) else {
                        return "the certificate in line \(begun.line) is damaged"
                    }
                    (certificate, count) = (nil, count + 1)
                } else {
                    if begun.text.count < 2 { certificate?.text += line }
                    isSound = isSound && line.allSatisfy(isBase64)
                }
            }
        }
        if let certificate { return "the certificate in line \(certificate.line) is cut off" }
        return count == 0 ? "it holds no certificate in PEM form" : nil
    }

    /// What stands between `start` and the dashes at the end of a line; `nil` if it is another line.
    private static func label(of line: ArraySlice<UInt8>, after start: String) -> ArraySlice<UInt8>? {
        let end = "-----".utf8
        guard line.count > start.utf8.count + end.count, line.starts(with: start.utf8), line.suffix(end.count).elementsEqual(end) else {
            return nil
        }
        return line.dropFirst(start.utf8.count).dropLast(end.count)
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: " "):
            true
        default: false
        }
    }
}
