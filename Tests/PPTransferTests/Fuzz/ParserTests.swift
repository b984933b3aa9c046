import TestSupport
import Testing

@testable import PPTransfer

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// No text makes a parser, or what the program does with the result, crash. A crash ends the whole run of tests: that is the failure.
@Suite struct ParserTests {
    private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    /// Captured or written texts that the parser reads without a problem.
    private static func seeds(for parser: Parser) throws -> [[UInt8]] {
        let files = try FileManager.default.contentsOfDirectory(atPath: here.appendingPathComponent("Seeds").path)
        var paths = files.filter { $0.split(separator: ".").first == Substring(parser.rawValue) }
            .map { here.appendingPathComponent("Seeds/\($0)") }
        if let sample = Self.samples[parser] {
            paths.append(here.appendingPathComponent("../../GlobusTests/Samples/\(sample).json"))
        }
        return try paths.map { Array(try Data(contentsOf: $0)) } + (parser == .report ? [Self.report] : [])
    }

    private static let samples: [Parser: String] = [
        .task: "task_active_faulting", .tasks: "task_list", .collection: "endpoint_mapped_collection", .listing: "file_list",
        .events: "event_list", .sent: "successful_transfers", .skipped: "skipped_errors", .result: "transfer_result_accepted",
        .token: "token_refresh", .introspection: "introspect_session_info", .refusal: "error_conflict_identical_paths",
    ]

    private static let report = Array(
        """
        pptransfer report 1
        manifest \(Parser.example.fingerprint)
        asked 2026-11-20T23:17:08Z
        directory /gws/nopw/j04/canari
        user ann
        host sci1
        begun 2026-11-20T23:17:08Z
        ended 2026-11-20T23:18:08Z
        1 3 -
        2 4611686018427387903 md5:\(String(repeating: "ab", count: 16))
        end 2

        """.utf8)

    @Test(arguments: Parser.allCases) func `numbers near 2^63, cut and spoilt texts crash no parser`(parser: Parser) throws {
        let seeds = try Self.seeds(for: parser)
        #expect(!seeds.isEmpty, "\(parser) has no seed")
        let directory = try TemporaryDirectory()
        for (index, seed) in seeds.enumerated() {
            parser.read(seed, in: directory.path)
            for number in Mutations.numbers { parser.read(Self.replacingEachNumber(of: seed, by: number), in: directory.path) }
            var mutations = Mutations(seed: UInt64(index))
            for _ in 0..<200 { parser.read(mutations.mutated(seed), in: directory.path) }
        }
    }

    private static func replacingEachNumber(of bytes: [UInt8], by number: String) -> [UInt8] {
        Array(String(decoding: bytes, as: UTF8.self).replacing(/[0-9]+/, with: number).utf8)
    }
}
