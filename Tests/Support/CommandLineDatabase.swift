internal import CSQLite
import Foundation

/// A database as `globus login` leaves it, made by SQLite itself.
package final class CommandLineDatabase {
    package struct Failure: Error { package var text: String }

    /// What one login brought for one of Globus's services.
    package struct Token {
        package var server: String
        package var access: String
        package var refresh: String?
        /// Seconds since 1970.
        package var expires: Int64
        package var scope: String

        package init(
            _ server: String, access: String, refresh: String?, expires: Int64 = 4_000_000_000, scope: String? = nil
        ) {
            (self.server, self.access, self.refresh, self.expires) = (server, access, refresh, expires)
            self.scope = scope ?? (server == "auth.globus.org" ? "openid profile email" : "urn:globus:auth:scope:\(server):all")
        }
    }

    package static let schema = """
        CREATE TABLE config_storage (namespace VARCHAR NOT NULL, config_name VARCHAR NOT NULL, config_data_json VARCHAR NOT NULL,
            PRIMARY KEY (namespace, config_name));
        CREATE TABLE token_storage (namespace VARCHAR NOT NULL, resource_server VARCHAR NOT NULL, token_data_json VARCHAR NOT NULL,
            PRIMARY KEY (namespace, resource_server));
        CREATE TABLE sdk_storage_adapter_internal (attribute VARCHAR NOT NULL, value VARCHAR NOT NULL, PRIMARY KEY (attribute));
        INSERT INTO sdk_storage_adapter_internal VALUES ('globus-sdk.version', '4.9.0'), ('globus-sdk.database_schema_version', '1');
        """

    private let handle: OpaquePointer

    /// Makes the file with its directories and tables, unless it is there.
    package init(_ path: String, schema: String = schema) throws {
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        let isNew = !FileManager.default.fileExists(atPath: path)
        var opened: OpaquePointer?
        guard sqlite3_open(path, &opened) == SQLITE_OK, let handle = opened else { throw Failure(text: "\(path) cannot be made") }
        // The program may be reading it.
        sqlite3_busy_timeout(handle, 30_000)
        self.handle = handle
        if isNew {
            try execute(schema)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
    }

    deinit { sqlite3_close(handle) }

    package func execute(_ statements: String) throws {
        guard sqlite3_exec(handle, statements, nil, nil, nil) == SQLITE_OK else {
            throw Failure(text: String(cString: sqlite3_errmsg(handle)))
        }
    }

    /// Replaces the login of a namespace, as the CLI does.
    package func logIn(
        _ tokens: [Token], namespace: String = "userprofile/production",
        client: (id: String, secret: String)? = ("cli-client", "cli-secret"), user: String? = nil
    ) throws {
        if let user { try put("config_storage", namespace, "auth_user_data", #"{"sub":"\#(user)"}"#) }
        if let client {
            try put("config_storage", namespace, "auth_client_data", #"{"client_id":"\#(client.id)","client_secret":"\#(client.secret)"}"#)
        }
        for token in tokens {
            let refresh = token.refresh.map { "\"\($0)\"" } ?? "null"
            try put(
                "token_storage", namespace, token.server,
                #"{"scope":"\#(token.scope)","access_token":"\#(token.access)","refresh_token":\#(refresh),"token_type":"Bearer","#
                    + #""expires_at_seconds":\#(token.expires),"resource_server":"\#(token.server)"}"#)
        }
    }

    private func put(_ table: String, _ namespace: String, _ key: String, _ json: String) throws {
        try execute("REPLACE INTO \(table) VALUES ('\(namespace)', '\(key)', '\(json)')")
    }
}
