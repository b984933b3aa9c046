import Foundation
import PPTransfer
import PPTransferReports
import TestSupport
import Testing

@Suite struct `Suites with garbage in them` {
    private static let texts = [
        "task.yaml": minimal("cycle: ${CYLC_TASK_CYCLE_POINT}\nwait: {limit: 6h}"),
        "flow.cylc": """
        [runtime]
            [[A, B]]
                inherit = B, A
                script = \"""
                    pptransfer run task.yaml || true; pptransfer check 'x y' &
                \"""
                [[[environment]]]
                    X = '$Y' # comment
        """,
        "rose-app.conf": """
        opts=(a)
        [command]
        default=pptransfer run task.yaml
        [namelist:pptransfer]
        !!transfer_dir='/gws'
          =more
        globus_notify='failed','on'
        """,
        "pptransfer.nl": "&pptransfer\ntransfer_dir='/a''b',\n'/c'\n/\n&archer_arch\narchive_root_path=\"${ROSE_DATAC}\"\n/\n",
    ]

    @Test func `every finding is one line of a file that is there, whatever the bytes`() throws {
        var random = SplitMix(seed: 5)
        let directory = try TemporaryDirectory()
        let validation = Validation(environment: [:], today: "2026-01-01", commands: ["run", "check"])
        for _ in 0..<300 {
            for (name, text) in Self.texts {
                try Data(Self.damaged(Array(text.utf8), &random)).write(to: URL(fileURLWithPath: directory.path + "/" + name))
            }
            let report = validation.report(on: Self.texts.keys.sorted().map { directory.path + "/" + $0 })
            #expect(report.files == 4)
            for problem in report.problems.all {
                #expect(!problem.description.contains("\n"))
                #expect(problem.position.file.hasPrefix(directory.path))
            }
        }
    }

    /// Some bytes changed, left out or doubled.
    private static func damaged(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
            guard place < bytes.count else { break }
            switch Int.random(in: 0...3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 9)], at: place)
            default: bytes[place] = "[]{}'\"=!&/$\\\n\t #:".utf8.randomElement(using: &random) ?? 0
            }
        }
        return bytes
    }
}
