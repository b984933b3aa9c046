/* SQLite, as far as one table is read (and, by tests, written). */
#ifndef PPTRANSFER_CSQLITE_SHIM_H
#define PPTRANSFER_CSQLITE_SHIM_H
#include <sqlite3.h>

/* SQLITE_TRANSIENT is a cast of -1, which Swift does not import: the text is copied before this returns. */
static inline int csqlite_bind_text(sqlite3_stmt *statement, int place, const char *text) {
    return sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT);
}

/* Swift sees bytes that C calls unsigned. */
static inline const char *csqlite_column_text(sqlite3_stmt *statement, int column) {
    return (const char *)sqlite3_column_text(statement, column);
}
#endif
