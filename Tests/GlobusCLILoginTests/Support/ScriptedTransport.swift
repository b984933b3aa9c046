import Foundation
import Globus
import GlobusTesting
import Testing

extension ScriptedTransport {
    /// A request too many is an issue of the test.
    convenience init(_ answers: Answer...) {
        self.init(answers) { Issue.record("unexpected request \($0.name)") }
    }
}

/// A sample reply of the service.
func sample(_ name: String) throws -> Data {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    return try Data(contentsOf: tests.appendingPathComponent("GlobusTests/Samples/\(name).json"))
}
