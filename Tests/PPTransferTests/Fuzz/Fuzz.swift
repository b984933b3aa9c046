// The door for libFuzzer: see run.sh beside this file. The parser's name stands in PPTRANSFER_FUZZ_PARSER.

#if canImport(Glibc)
import Glibc
#endif

private let parser = getenv("PPTRANSFER_FUZZ_PARSER").flatMap { Parser(rawValue: String(cString: $0)) }

private let directory: String = {
    var template = Array("/dev/shm/pptransfer-fuzz-XXXXXX".utf8CString)
    return mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
}()

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: bytes, count: count))
    if let parser {
        parser.read(input, in: directory)
    } else if let first = input.first {
        let all = Parser.allCases
        all[Int(first) % all.count].read(Array(input.dropFirst()), in: directory)
    }
    return 0
}
