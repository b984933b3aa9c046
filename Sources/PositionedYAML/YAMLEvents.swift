import CYAML

/// One step of a YAML text.
struct YAMLEvent {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd, sequenceStart, sequenceEnd, mappingStart, mappingEnd
        case scalar(YAMLScalar)
        /// A scalar above `YAMLLimits.scalarBytes`; its text is not kept.
        case hugeScalar(bytes: Int)
        case alias(String)
    }

    var kind: Kind
    var line: Int
    var column: Int
    var anchor: String?
    var tag: String?
}

/// Why a text is not YAML, in the parser's own words. Lines and columns count from 1.
struct YAMLFault: Error {
    var problem: String
    var line: Int
    var column: Int
    /// Where the construct began that could not be finished.
    var contextLine: Int?
    /// For a character that may not stand in any YAML text: its place in the bytes; line and column are then meaningless.
    var offset: Int?
}

/// The steps of a YAML text, one by one. Owns libyaml's parser and the bytes it reads.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    /// - Returns: `nil` if there is no memory for a parser.
    init?(_ bytes: some Collection<UInt8>) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            return nil
        }
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
        _ = input.initialize(fromContentsOf: bytes)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, UnsafePointer(input.baseAddress), input.count)
        (self.parser, self.input) = (parser, input)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    mutating func next() throws(YAMLFault) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw fault() }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(
            kind: Self.kind(of: &event), line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1,
            anchor: cyaml_anchor(&event).map { String(cString: $0) }, tag: cyaml_tag(&event).map { String(cString: $0) })
    }

    private static func kind(of event: inout yaml_event_t) -> YAMLEvent.Kind {
        switch event.type {
        case YAML_STREAM_START_EVENT: .streamStart
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_SEQUENCE_START_EVENT: .sequenceStart
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_START_EVENT: .mappingStart
        case YAML_MAPPING_END_EVENT: .mappingEnd
        case YAML_ALIAS_EVENT: .alias(cyaml_anchor(&event).map { String(cString: $0) } ?? "")
        case YAML_SCALAR_EVENT: scalar(of: &event)
        default: .streamEnd
        }
    }

    private static func scalar(of event: inout yaml_event_t) -> YAMLEvent.Kind {
        let length = Int(cyaml_scalar_length(&event))
        guard length <= YAMLLimits.scalarBytes else { return .hugeScalar(bytes: length) }
        let text =
            cyaml_scalar_text(&event).map { start in
                start.withMemoryRebound(to: UInt8.self, capacity: length) {
                    String(decoding: UnsafeBufferPointer(start: $0, count: length), as: UTF8.self)
                }
            } ?? ""
        let style: YAMLScalar.Style =
            switch cyaml_scalar_style(&event) {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
            case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
            default: .plain
            }
        return .scalar(YAMLScalar(text: text, style: style, literalOffset: literalOffset(of: text, style, event)))
    }

    /// Escapes, doubled quotes and folded lines all make the written form longer than the text.
    private static func literalOffset(of text: String, _ style: YAMLScalar.Style, _ event: yaml_event_t) -> Int? {
        let written = Int(event.end_mark.index) - Int(event.start_mark.index)
        guard style != .block, event.start_mark.line == event.end_mark.line else { return nil }
        let quotes = style == .quoted ? 2 : 0
        return written == text.unicodeScalars.count + quotes ? quotes / 2 : nil
    }

    private func fault() -> YAMLFault {
        let failed = parser.pointee
        let problem = failed.problem.map { String(cString: $0) } ?? "no memory is left"
        let isEncoding = failed.error == YAML_READER_ERROR
        return YAMLFault(
            problem: problem, line: Int(failed.problem_mark.line) + 1, column: Int(failed.problem_mark.column) + 1,
            contextLine: failed.context == nil ? nil : Int(failed.context_mark.line) + 1,
            offset: isEncoding ? Int(failed.problem_offset) : nil)
    }
}

/// The libyaml that reads descriptions.
package enum YAMLLibrary {
    /// `0.2.5`
    package static var version: String { String(cString: yaml_get_version_string()) }
}
