import SystemFiles

/// A file or a directory of certificate authorities that a variable names, looked at before anything is sent by it: libcurl would find
/// out at the first request, and in words that fit a server's certificate as well.
enum CertificateBundle {
    /// Bytes. The lists of operating systems have a quarter of a megabyte.
    private static let largest = 16 << 20

    /// Why libcurl cannot use it, as far as its form shows; `nil` if it can.
    static func fault(of path: String) -> String? {
        if DirectoryState(path) == .directory {
            guard access(path, R_OK | X_OK) == 0 else { return "you may not read this directory" }
            return DurableFile.names(in: path).isEmpty ? "the directory is empty" : nil
        }
        // Each connection reads it anew.
        if let kind = RegularFile.oddity(of: path) { return "it is \(kind), not a file" }
        do throws(FileBytes.Fault) {
            let bytes = try FileBytes.read(path, limit: largest)
            return bytes.isEmpty ? "the file is empty" : fault(in: bytes)
        } catch {
            return error.what
        }
    }

    private static func fault(in bytes: [UInt8]) -> String? {
        var count = 0
        // The line in which a certificate begins, and its text so far.
        var certificate: (line: Int, text: ArraySlice<UInt8>)?
        var isSound = true
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.starts(with: "-----BEGIN ".utf8) {
                if let certificate { return "the certificate in line \(certificate.line) is cut off" }
                if String(decoding: line, as: UTF8.self).contains("CERTIFICATE-----") { (certificate, isSound) = ((index + 1, []), true) }
            } else if let begun = certificate {
                if line.starts(with: "-----END ".utf8) {
                    // A sequence of more than 127 bytes, as every certificate is.
                    guard isSound, begun.text.starts(with: "MI".utf8) else { return "the certificate in line \(begun.line) is damaged" }
                    (certificate, count) = (nil, count + 1)
                } else {
                    if begun.text.isEmpty { certificate?.text = line }
                    isSound = isSound && line.allSatisfy(isBase64)
                }
            }
        }
        if let certificate { return "the certificate in line \(certificate.line) is cut off" }
        return count == 0 ? "it holds no certificate in PEM form" : nil
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
