import CCurl
import Dispatch
import Synchronization
import SystemFiles

/// HTTP over the system's libcurl: one thread drives every exchange, connections are kept and reused.
///
/// Cancelling the calling task ends its exchange within milliseconds. TLS is always verified; nothing follows a redirect.
package final class CurlTransport: HTTPTransport {
    private let engine: CurlEngine

    package init(_ settings: ConnectionSettings) { engine = CurlEngine(settings) }

    package convenience init(client: ClientInfo, trust: GlobusEnvironment.Trust = .system, timeout: Duration = .seconds(60)) {
        var settings = ConnectionSettings(client: client)
        (settings.trust, settings.timeout) = (trust, timeout)
        self.init(settings)
    }

    deinit { engine.stop() }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let id = engine.nextNumber()
        let result: Result<HTTPResponse, TransportError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                engine.start(CurlEngine.Job(id: id, request: request) { continuation.resume(returning: $0) })
            }
        } onCancel: {
            engine.cancel(id)
        }
        return try result.get()
    }
}

/// The thread under `CurlTransport`: takes jobs and cancellations from an inbox, and sleeps in `curl_multi_poll` between them.
private final class CurlEngine: Sendable {
    struct Job: Sendable {
        var id: Int
        var request: HTTPRequest
        var asked = SystemTimekeeper().elapsed
        var finish: @Sendable (Result<HTTPResponse, TransportError>) -> Void

        /// When it must have been answered, as `SystemTimekeeper.elapsed`; `nil` if only the transport's own limits hold.
        var due: Duration? { request.allowance.map { asked + $0 } }
    }

    private struct Inbox {
        var count = 0
        var jobs: [Job] = []
        /// May name a job that has not arrived yet: a task can be cancelled before its request is handed over.
        var cancelled: Set<Int> = []
        var isRunning = false
        var isStopping = false
        /// The multi handle's address while the thread runs: `curl_multi_wakeup` is the one call that other threads may make.
        var multi: UInt = 0

        func wake() {
            if let multi = UnsafeMutableRawPointer(bitPattern: multi) { curl_multi_wakeup(multi) }
        }
    }

    private static let libraryIsReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let inbox = Mutex(Inbox())
    private let settings: ConnectionSettings

    init(_ settings: ConnectionSettings) { self.settings = settings }

    func nextNumber() -> Int {
        inbox.withLock {
            $0.count += 1
            return $0.count
        }
    }

    func start(_ job: Job) {
        let mustBegin = inbox.withLock { inbox in
            inbox.jobs.append(job)
            inbox.wake()
            defer { inbox.isRunning = true }
            return !inbox.isRunning
        }
        if mustBegin {
            DispatchQueue(label: "globus.curl").async { [self] in run() }
        }
    }

    func cancel(_ id: Int) {
        inbox.withLock {
            $0.cancelled.insert(id)
            $0.wake()
        }
    }

    func stop() {
        inbox.withLock {
            $0.isStopping = true
            $0.wake()
        }
    }

    private func run() {
        guard Self.libraryIsReady, let multi = curl_multi_init() else {
            let jobs = inbox.withLock { inbox in
                inbox.isRunning = false
                defer { inbox.jobs = [] }
                return inbox.jobs
            }
            for job in jobs { job.finish(.failure(.other(host: job.request.url.host, detail: "libcurl cannot be started"))) }
            return
        }
        let address = UInt(bitPattern: multi)
        inbox.withLock { $0.multi = address }
        let limit = max(1, settings.maximumConnections)
        // Connections that are kept count too: one to another host is closed when a new one needs its place.
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, limit)
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, limit)
        var running: [Int: (exchange: CurlExchange, job: Job)] = [:]
        // Whoever finds every connection taken, in the order of coming. Their time begins when they are sent.
        var waiting: [Job] = []

        while true {
            let (jobs, cancelled, isStopping) = inbox.withLock { inbox in
                defer { inbox.jobs = [] }
                return (inbox.jobs, inbox.cancelled, inbox.isStopping)
            }
            waiting += jobs
            let due = isStopping ? Set(running.keys) : cancelled.intersection(running.keys)
            let left = waiting.filter { isStopping || cancelled.contains($0.id) }
            waiting.removeAll { isStopping || cancelled.contains($0.id) }
            inbox.withLock { $0.cancelled.subtract(due.union(left.map(\.id))) }
            for job in left { job.finish(.failure(.cancelled)) }
            for id in due {
                guard let (exchange, job) = running.removeValue(forKey: id) else { continue }
                curl_multi_remove_handle(multi, exchange.handle)
                job.finish(.failure(.cancelled))
            }
            if isStopping { break }
            admit(&waiting, to: &running, of: limit, on: multi)

            var active: Int32 = 0
            curl_multi_perform(multi, &active)
            reap(multi, in: &running)
            expire(multi, in: &running)
            // A place that has become free is taken at once.
            if !waiting.isEmpty, running.count < limit { continue }
            let dues = running.values.map(\.exchange.due) + waiting.compactMap(\.due)
            curl_multi_poll(multi, nil, 0, dues.isEmpty ? 3_600_000 : Self.pause(before: dues), nil)
        }
        inbox.withLock { $0.multi = 0 }
        curl_multi_cleanup(multi)
    }

    /// Begins what waits, as long as there are places, and ends what has waited for as long as it may.
    private func admit(
        _ waiting: inout [Job], to running: inout [Int: (exchange: CurlExchange, job: Job)], of limit: Int,
        on multi: UnsafeMutableRawPointer
    ) {
        let now = SystemTimekeeper().elapsed
        for job in waiting where job.due.map({ $0 <= now }) ?? false {
            job.finish(.failure(.outOfTime(host: job.request.url.host)))
        }
        waiting.removeAll { $0.due.map { $0 <= now } ?? false }
        let begun = waiting.prefix(limit - running.count)
        waiting.removeFirst(begun.count)
        for job in begun { begin(job, on: multi, in: &running) }
    }

    private func begin(_ job: Job, on multi: UnsafeMutableRawPointer, in running: inout [Int: (exchange: CurlExchange, job: Job)]) {
        guard let exchange = CurlExchange(job.request, id: job.id, settings: settings, asked: job.asked),
            curl_multi_add_handle(multi, exchange.handle) == CURLM_OK
        else { return job.finish(.failure(.other(host: job.request.url.host, detail: "libcurl has no handle left"))) }
        running[job.id] = (exchange, job)
    }

    /// Ends what has waited in vain for long enough.
    private func expire(_ multi: UnsafeMutableRawPointer, in running: inout [Int: (exchange: CurlExchange, job: Job)]) {
        let now = SystemTimekeeper().elapsed
        for (id, (exchange, job)) in running where exchange.due <= now {
            running.removeValue(forKey: id)
            curl_multi_remove_handle(multi, exchange.handle)
            job.finish(.failure(exchange.overdue))
        }
    }

    /// Milliseconds.
    private static func pause(before dues: [Duration]) -> Int32 {
        let nearest = (dues.min() ?? .zero) - SystemTimekeeper().elapsed
        return Int32(min(1000, max(0, nearest.milliseconds) + 1))
    }

    private func reap(_ multi: UnsafeMutableRawPointer, in running: inout [Int: (exchange: CurlExchange, job: Job)]) {
        var waiting: Int32 = 0
        while let message = curl_multi_info_read(multi, &waiting) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle, let exchange = CurlExchange.of(handle)
            else { continue }
            let code = ccurl_message_result(message)
            curl_multi_remove_handle(multi, handle)
            running.removeValue(forKey: exchange.id)?.job.finish(exchange.outcome(code))
        }
    }
}
