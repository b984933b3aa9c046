/// What the service gives in pages.
extension GlobusClient {
    /// Lists a directory, one level deep, ordered by name.
    ///
    /// An entry that comes again, because the directory changed between two pages, is given once. A listing that is shorter than the
    /// service says is an error with the code `endless`, after what there was: what is not listed need not be missing.
    ///
    /// - Parameter hidden: whether names that begin with a dot are listed too.
    /// - Throws: `notFound` if there is no such directory, `permission`, `consent` or `session` if it may not be read.
    public func entries(of directory: CollectionPath, on collection: CollectionID, hidden: Bool = true) -> Pages<DirectoryEntry> {
        let transfer = transfer
        @Sendable func page(_ pages: DirectoryPages) async throws(GlobusError) -> Pages<DirectoryEntry>.Page {
            var pages = pages
            guard let entries = try await pages.next() else {
                if let shortfall = pages.shortfall { throw shortfall }
                return Pages.Page([])
            }
            guard !pages.isAtEnd else { return Pages.Page(entries) }
            return Pages.Page(entries) { [pages] () throws(GlobusError) in try await page(pages) }
        }
        let pages = DirectoryPages(of: directory) { (offset, limit) throws(GlobusError) in
            try await transfer.list(directory, on: collection, offset: offset, limit: limit, hidden: hidden)
        }
        return Pages { () throws(GlobusError) in try await page(pages) }
    }

    /// Searches the collections whose name or description holds `text`, the best match first. The service gives a thousand at most.
    public func collections(matching text: String) -> Pages<CollectionInfo> {
        let transfer = transfer
        return .byOffset("the search") { (offset) throws(GlobusError) in
            guard offset < 1000 else { return ([], false) }
            let list = try await transfer.search(text, offset: offset, limit: 100)
            return (list.endpoints, list.hasNextPage == true)
        }
    }

    /// Lists the tasks that the login has submitted and that `filter` takes, the newest first.
    ///
    /// The service gives a thousand results of one question; beyond, the question is put again for what was submitted before them, so that
    /// the list is whole. More than a thousand tasks of the same second cannot be told apart: an error with the code `endless`.
    public func tasks(_ filter: TaskFilter = TaskFilter()) -> Pages<TransferTask> {
        let transfer = transfer
        let most = 1000
        @Sendable func page(_ filter: TaskFilter, _ known: Set<TaskID>) async throws(GlobusError) -> Pages<TransferTask>.Page {
            let tasks = try await transfer.tasks(matching: try filter.text())
            let new = tasks.filter { $0.id == .null || !known.contains($0.id) }
            guard tasks.count >= most else { return Pages.Page(new) }
            guard let last = tasks.last?.requestTime, last != filter.requestedUntil, !new.isEmpty else {
                throw .endless(directory: "tasks", reason: "has more than \(most) tasks that cannot be told apart by their time")
            }
            var rest = filter
            rest.requestedUntil = last
            // Those of the same second come again.
            let again = Set(tasks.filter { $0.requestTime == last }.map(\.id))
            return Pages.Page(new) { [rest] () throws(GlobusError) in try await page(rest, again) }
        }
        return Pages { () throws(GlobusError) in try await page(filter, []) }
    }

    /// Lists the files that a task has really sent, with their checksums where the service kept them. The service keeps them for 30 days.
    public func sentFiles(of task: TaskID) -> Pages<SentFile> {
        let transfer = transfer
        return .byMarker("the list of sent files of task \(task)") { (marker) throws(GlobusError) in
            let page = try await transfer.successfulTransfers(of: task, from: marker)
            return (page.items, page.nextMarker)
        }
    }

    /// Lists the paths that a task gave up because of errors at the source.
    public func skippedFiles(of task: TaskID) -> Pages<SkippedFile> {
        let transfer = transfer
        return .byMarker("the list of skipped files of task \(task)") { (marker) throws(GlobusError) in
            let page = try await transfer.skippedErrors(of: task, from: marker)
            return (page.items, page.nextMarker)
        }
    }

    /// Lists a task's events, the newest first. They are for people: decide by the task itself. The service gives a thousand at most.
    ///
    /// - Parameter errorsOnly: whether only events that are errors are given.
    public func events(of task: TaskID, errorsOnly: Bool = false) -> Pages<TaskEvent> {
        let transfer = transfer
        return Pages { () throws(GlobusError) in
            Pages.Page(try await transfer.events(of: task, limit: 1000, errorsOnly: errorsOnly))
        }
    }

    /// Follows a task: gives it as it is now, again after each interval, and for the last time when it has ended.
    ///
    /// A task that is paused or inactive has not ended. A task ends at its own deadline at the latest; cancel the calling task to stop
    /// following it earlier, which leaves the task itself alone.
    ///
    /// - Parameter interval: at least a second is used. Ten seconds and more are kind to the service.
    /// - Throws: what `task(_:)` throws.
    public func updates(of task: TaskID, every interval: Duration = .seconds(10)) -> Pages<TransferTask> {
        let (client, interval) = (self, max(.seconds(1), interval))
        @Sendable func look() async throws(GlobusError) -> Pages<TransferTask>.Page {
            let found = try await client.task(task)
            guard !found.status.hasEnded else { return Pages.Page([found]) }
            return Pages.Page([found]) { () throws(GlobusError) in
                await client.clock.sleep(for: interval)
                if Task.isCancelled { throw .cancelled }
                return try await look()
            }
        }
        return Pages { () throws(GlobusError) in try await look() }
    }
}
