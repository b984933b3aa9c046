import Foundation

/// The Swift of articles, and where it is compiled: what stands between `// snippet` and `// end` is a block of an article, word for word.
package enum Articles {
    /// The blocks of Swift of an article, a path from the package's root.
    package static func blocks(of article: String) throws -> [String] {
        try text(article).matches(of: /(?s)```swift\n(.*?)```/).map { String($0.1) }
    }

    /// The snippets of a source file, a path from the package's root, without their indent.
    package static func snippets(of source: String) throws -> [String] {
        try text(source).matches(of: /(?s) +\/\/ snippet [a-z]+\n(.*?) +\/\/ end\n/).map { match in
            match.1.split(separator: "\n").map { $0.dropFirst(8) + "\n" }.joined()
        }
    }

    private static func text(_ path: String) throws -> String {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: package.appending(path: path), encoding: .utf8)
    }
}
