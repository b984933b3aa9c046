import CCurl
import FoundationEssentials
import SystemFiles

/// One exchange under way: owns its easy handle and the bytes that go and come. Lives on the transport's own thread.
final class CurlExchange {
    /// No document of the service comes near this size; a runaway answer must not fill the memory.
    static let largestAnswer = 1 << 28
    /// How many times the patience with a silent server a slow answer may take in all, and the most that this comes to.
    private static let slowness = 10
    private static let longest = Duration.seconds(3600)

    let id: Int
    let handle: UnsafeMutableRawPointer
    private let request: HTTPRequest
    /// Which proxy the request goes through, as messages call it; `nil` if through none.
    private let proxy: String?
    /// The authorities that are trusted, if not the system's.
    private let bundle: String?
    /// After so long without a byte the other side is dead.
    private let timeout: Duration
    /// After so long the answer must be whole, however slow the line.
    private let total: Duration
    /// Whether `total` is what the caller has left.
    private let isPressed: Bool
    private let begun: Duration
    private var lastByte = SystemTimekeeper().elapsed
    private var received = 0
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var sent = 0
    private var headers: [String: String] = [:]
    private var body = Data()
    private var isTooLarge = false
    private var isBodyLost = false
    private var isSwitching = false

    /// - Parameter asked: when the caller's time began, as `SystemTimekeeper.elapsed`. A wait for a connection is part of it.
    init?(_ request: HTTPRequest, id: Int, settings: ConnectionSettings, asked: Duration) {
        let timeout = settings.timeout
        guard let handle = curl_easy_init() else { return nil }
        (self.id, self.handle, self.request) = (id, handle, request)
        let leads = !request.url.isLoopback && settings.proxy?.leads(to: request.url.host) == true
        proxy = leads ? settings.proxy?.name : nil
        if case .bundle(let path) = settings.trust { bundle = path } else { bundle = nil }
        // A large body on a slow line gets the time that 1 MB/s would need.
        let whole = max(timeout, min(timeout * Self.slowness, Self.longest)) + .milliseconds((request.body?.count ?? 0) / 1000)
        total = min(whole, max(.milliseconds(1), request.allowance ?? whole))
        isPressed = total < whole
        begun = isPressed ? asked : SystemTimekeeper().elapsed
        self.timeout = min(timeout, total)
        errorText.pointee = 0
        configure(settings)
    }

    deinit {
        curl_slist_free_all(headerList)
        curl_easy_cleanup(handle)
        errorText.deallocate()
    }

    private var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static func of(_ handle: UnsafeMutableRawPointer) -> CurlExchange? {
        var pointer: UnsafeMutableRawPointer?
        guard ccurl_get_pointer(handle, CURLINFO_PRIVATE, &pointer) == CURLE_OK, let pointer else { return nil }
        return Unmanaged<CurlExchange>.fromOpaque(pointer).takeUnretainedValue()
    }

    private func configure(_ settings: ConnectionSettings) {
        _ = ccurl_set_pointer(handle, CURLOPT_PRIVATE, context)
        _ = ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
        _ = ccurl_set_text(handle, CURLOPT_URL, request.url.description)
        _ = ccurl_restrict_protocols(handle)
        _ = ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        _ = ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        _ = ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(min(timeout, .seconds(30)).milliseconds))
        _ = ccurl_set_text(handle, CURLOPT_ACCEPT_ENCODING, "")
        _ = ccurl_set_text(handle, CURLOPT_USERAGENT, settings.client.userAgent)
        if let bundle {
            let isDirectory = DirectoryState(bundle) == .directory
            _ = ccurl_set_text(handle, CURLOPT_CAINFO, isDirectory ? nil : bundle)
            _ = ccurl_set_text(handle, CURLOPT_CAPATH, isDirectory ? bundle : nil)
        }
        // An empty text keeps libcurl from reading the variables of proxies itself. Nothing meant for this machine goes through one.
        let proxy = request.url.isLoopback ? nil : settings.proxy
        _ = ccurl_set_text(handle, CURLOPT_PROXY, proxy?.address ?? "")
        _ = ccurl_set_text(handle, CURLOPT_NOPROXY, proxy?.exceptions ?? "")

        add(header: "Accept", "application/json")
        add(header: "X-Globus-Client-Info", settings.client.header)
        for (name, value) in request.headers { add(header: name, value) }
        switch request.authorization {
        case .bearer(let token): token.withSecret { add(header: "Authorization", "Bearer " + $0) }
        case .basic(let id, let secret):
            secret.withSecret { add(header: "Authorization", "Basic " + Data("\(id):\($0)".utf8).base64EncodedString()) }
        case nil: break
        }

        if let body = request.body {
            _ = ccurl_set_long(handle, CURLOPT_POST, 1)
            _ = ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            _ = ccurl_set_data_function(handle, CURLOPT_READFUNCTION, curlReadsBody)
            _ = ccurl_set_pointer(handle, CURLOPT_READDATA, context)
            _ = ccurl_set_seek_function(handle, curlRewindsBody)
            _ = ccurl_set_pointer(handle, CURLOPT_SEEKDATA, context)
            add(header: "Expect", nil)
        } else if request.method != .get {
            _ = ccurl_set_long(handle, CURLOPT_POST, 1)
            _ = ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, 0)
        }
        if request.method == .put { _ = ccurl_set_text(handle, CURLOPT_CUSTOMREQUEST, "PUT") }
        _ = ccurl_set_list(handle, CURLOPT_HTTPHEADER, headerList)
        _ = ccurl_set_data_function(handle, CURLOPT_HEADERFUNCTION, curlWritesHeader)
        _ = ccurl_set_pointer(handle, CURLOPT_HEADERDATA, context)
        _ = ccurl_set_data_function(handle, CURLOPT_WRITEFUNCTION, curlWritesBody)
        _ = ccurl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    }

    /// - Parameter value: `nil` keeps curl from sending a header of its own.
    private func add(header name: String, _ value: String?) {
        headerList = curl_slist_append(headerList, value.map { "\(name): \($0)" } ?? "\(name):") ?? headerList
    }

    /// What came of the exchange, once curl says that it is over.
    func outcome(_ code: CURLcode) -> Result<HTTPResponse, TransportError> {
        if isTooLarge { return .failure(.tooLarge(limit: Self.largestAnswer)) }
        if isBodyLost { return .failure(.bodyLost) }
        if isSwitching {
            return .failure(.interrupted(host: request.url.host, detail: "it answered 101, as if another protocol had been asked for"))
        }
        guard code == CURLE_OK else { return .failure(failure(code)) }
        var answer = 0
        _ = ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &answer)
        return .success(HTTPResponse(status: answer, headers: headers, body: body))
    }

    // MARK: time

    /// When it is to be ended unless something arrives, as `SystemTimekeeper.elapsed`.
    var due: Duration { min(begun + total, lastByte + timeout) }

    /// Why it was ended then.
    var overdue: TransportError {
        let host = request.url.host
        if received == 0 { return .timedOut(host: host, after: timeout) }
        guard SystemTimekeeper().elapsed >= begun + total else {
            return .interrupted(host: host, detail: "nothing arrived for \(timeout.components.seconds) s after \(received) bytes")
        }
        return .tooSlow(host: host, after: total, received: received)
    }

    private func noteByte() { lastByte = SystemTimekeeper().elapsed }

    // MARK: what went wrong

    private func failure(_ code: CURLcode) -> TransportError {
        let host = request.url.host
        let own = String(cString: errorText)
        let detail = Secrets.inUse.redacted(own.isEmpty ? String(cString: curl_easy_strerror(code)) : own)
        var proxyStatus = 0
        _ = ccurl_get_long(handle, CURLINFO_HTTP_CONNECTCODE, &proxyStatus)
        if let proxy, proxyStatus < 300, Self.concernsProxy(code, detail) { return .unreached(proxy: proxy, detail: detail) }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return .unresolved(host: host)
        case _ where proxyStatus >= 300: return .refused(by: proxy, status: proxyStatus)
        case CURLE_COULDNT_CONNECT: return .unconnected(host: host, detail: detail)
        // Reset, an alert, an answer that is not TLS: as often a gateway that is being restarted as anything else, and nothing was sent.
        case CURLE_SSL_CONNECT_ERROR: return .unconnected(host: host, detail: "the TLS handshake was broken off (\(detail))")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_USE_SSL_FAILED, CURLE_SSL_INVALIDCERTSTATUS:
            return .insecure(host: host, detail: detail + (bundle.map { " (the authorities are those in \($0))" } ?? ""))
        case CURLE_OPERATION_TIMEDOUT: return .timedOut(host: host, after: timeout)
        case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND, CURLE_HTTP2,
            CURLE_HTTP2_STREAM, CURLE_BAD_CONTENT_ENCODING, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
            return .interrupted(host: host, detail: detail)
        default: return .other(host: host, detail: detail)
        }
    }

    /// Whether it was the way to the proxy that failed: nothing has reached the service then. All connections are made to the proxy.
    private static func concernsProxy(_ code: CURLcode, _ detail: String) -> Bool {
        switch code {
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_PROXY: true
        case CURLE_OPERATION_TIMEDOUT: detail.hasPrefix("Connection time") || detail.hasPrefix("Failed to connect")
        default: detail.hasPrefix("Proxy CONNECT aborted")
        }
    }

    // MARK: what curl calls

    func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= Self.largestAnswer else {
            isTooLarge = true
            return 0
        }
        received += bytes.count
        noteByte()
        body.append(contentsOf: bytes)
        return bytes.count
    }

    func receive(headerLine bytes: UnsafeRawBufferPointer) -> Int {
        received += bytes.count
        noteByte()
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers = [:]
            // curl would wait for the answer itself, which never comes: nobody asked for another protocol.
            isSwitching = line.utf8.dropFirst("HTTP/1.1 ".utf8.count).prefix(3).elementsEqual("101".utf8)
            if isSwitching { return 0 }
        } else if let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
            headers[line[..<colon].lowercased()] = Secrets.inUse.redacted(line[line.utf8.index(after: colon)...].trimmed())
        }
        return bytes.count
    }

    func provide(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let body = request.body else { return 0 }
        guard let count = body.read(from: sent, into: buffer) else {
            isBodyLost = true
            return Int(CURL_READFUNC_ABORT)
        }
        sent += count
        noteByte()
        return count
    }

    func rewind(to offset: Int) -> Bool {
        guard 0...(request.body?.count ?? 0) ~= offset else { return false }
        sent = offset
        return true
    }
}

private func exchange(_ context: UnsafeMutableRawPointer?) -> CurlExchange? {
    context.map { Unmanaged<CurlExchange>.fromOpaque($0).takeUnretainedValue() }
}

private func curlWritesBody(_ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    exchange(context)?.receive(UnsafeRawBufferPointer(start: data, count: size * count)) ?? 0
}

private func curlWritesHeader(_ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    exchange(context)?.receive(headerLine: UnsafeRawBufferPointer(start: data, count: size * count)) ?? 0
}

private func curlReadsBody(_ data: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    exchange(context)?.provide(UnsafeMutableRawBufferPointer(start: data, count: size * count)) ?? 0
}

private func curlRewindsBody(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
    origin == SEEK_SET && exchange(context)?.rewind(to: Int(offset)) == true ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
}
