import PPTransfer
import PositionedYAML
import TestSupport
import Testing

@Suite struct `Damaged descriptions` {
    @Test func `any damage gives descriptions or problems with their places, never a crash`() {
        let good = Array(sample.utf8)
        var random = SplitMix(seed: 20)
        let reader = DescriptionReader(variables: Variables(environment: ["ROSE_DATAC": "/work/n02"]))
        for _ in 0..<3000 {
            var text = good
            for _ in 0..<Int.random(in: 1...4, using: &random) { damage(&text, &random) }
            do {
                _ = try reader.read(text, file: "t.yaml")
            } catch {
                #expect(!error.errors.isEmpty)
                #expect(error.all.allSatisfy { $0.position.line >= 1 && $0.position.column >= 1 && !$0.what.isEmpty })
                #expect(error.all.allSatisfy { !$0.description.contains("\n") })
            }
        }
    }

    private func damage(_ text: inout [UInt8], _ random: inout SplitMix) {
        let place = Int.random(in: 0...text.count, using: &random)
        let end = min(text.count, place + Int.random(in: 0...12, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: text.removeSubrange(place..<end)
        case 1: text.insert(contentsOf: text[place..<end], at: Int.random(in: 0...text.count, using: &random))
        case 2: text.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 3: text.insert(contentsOf: odd.randomElement(using: &random) ?? [], at: place)
        case 4 where place < text.count: text[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default: text.replaceSubrange(place..<end, with: odd.randomElement(using: &random) ?? [])
        }
    }

    private let odd: [[UInt8]] = [
        "\t", "\n", "- ", ": ", "*a", "&a ", "<<: *a", "{", "}", "[", "]", "\"", "'", "|\n", ">-\n", "!!str ", "!x ", "${", "${A}",
        "{cycle}", "$$", "#", "---\n",
        "...\n", "%YAML 1.2\n", "? ", "~", "null", "\u{FEFF}", "\u{85}", "😀", "\\",
    ].map { Array($0.utf8) }

    private let sample = """
        pptransfer: 1
        name: atmos
        workflow: u-ab123
        cycle: 19880901T0000Z
        from: &a
          collection: archer2
          path: ${ROSE_DATAC}
        to: {collection: a2f53b7f-1b4e-4dce-9b7c-349ae760fee0, path: "/gws/{workflow}/{cycle}"}
        select:
          include: ["*.pp", '*.nc']
          exclude:
            - "*.tmp"
        transfer: {sync: checksum, notify: [failed], deadline: 3d}
        wait: {limit: 12h, on_fault: {after: 15m, then: cancel}}
        verify: {level: size}
        """
}
