import CSQLite
import Globus

/// The Globus CLI's database, open for reading alone. Owns one SQLite handle.
struct TokenDatabase: ~Copyable {
    private typealias Fault = StoredLoginProblem.Fault

    private let handle: OpaquePointer

    /// Waits up to fifteen seconds for a writer to finish, here and in every question.
    init(readingFrom path: String) throws(StoredLoginProblem.Fault) {
        var opened: OpaquePointer?
        // Not 'immutable=1': it would not see that the CLI is at work.
        let code = sqlite3_open_v2(Self.address(of: path), &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nil)
        guard let handle = opened else { throw .unreadable(reason: "no memory") }
        guard code == SQLITE_OK else {
            let fault = Self.fault(code, handle)
            sqlite3_close(handle)
            throw fault
        }
        sqlite3_busy_timeout(handle, 15_000)
        self.handle = handle
    }

    deinit { sqlite3_close(handle) }

    /// The rows that `question` finds, every column as text.
    func rows(_ question: String, _ parameters: [String] = []) throws(StoredLoginProblem.Fault) -> [[String]] {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, question, -1, &prepared, nil) == SQLITE_OK, let statement = prepared else {
            throw Self.fault(sqlite3_errcode(handle), handle)
        }
        defer { sqlite3_finalize(statement) }
        for (place, text) in parameters.enumerated() { csqlite_bind_text(statement, Int32(place + 1), text) }
        var rows: [[String]] = []
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return rows }
            guard code == SQLITE_ROW else { throw Self.fault(code, handle) }
            rows.append((0..<sqlite3_column_count(statement)).map { csqlite_column_text(statement, $0).map { String(cString: $0) } ?? "" })
        }
    }

    private static func address(of path: String) -> String {
        "file:" + path.replacing("%", with: "%25").replacing("?", with: "%3f").replacing("#", with: "%23") + "?mode=ro"
    }

    private static func fault(_ code: Int32, _ handle: OpaquePointer) -> Fault {
        let detail = String(cString: sqlite3_errmsg(handle))
        return switch code & 0xFF {
        case SQLITE_NOTADB: .notADatabase
        // A journal that cannot be rolled back, because nobody but a writer may do that.
        case SQLITE_CORRUPT, SQLITE_READONLY: .damaged(detail: detail)
        case SQLITE_BUSY, SQLITE_LOCKED: .locked
        case SQLITE_ERROR: .foreignSchema(detail: detail)
        default: .unreadable(reason: detail)
        }
    }
}
