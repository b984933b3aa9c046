import CSQLite

/// The SQLite that reads the Globus CLI's logins.
package enum SQLiteLibrary {
    /// `3.40.1`
    package static var version: String { String(cString: sqlite3_libversion()) }
}
