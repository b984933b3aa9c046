import CSQLite

/// The SQLite that reads the Globus CLI's logins.
public enum SQLiteLibrary {
    /// `3.40.1`
    public static var version: String { String(cString: sqlite3_libversion()) }
}
