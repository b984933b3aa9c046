import Foundation

/// TLS before a server that speaks plain http, and a proxy that leads to it whatever host it is asked for: so that a stand-in can be met as
/// `https://transfer.api.globus.org`, with none of the exceptions that loopback has. Both can also fail as the real ones do.
///
/// The certificate is made here and vouches for itself; who trusts it (`GLOBUS_SDK_VERIFY_SSL`) trusts nothing else by that.
package final class TLSFront: Sendable {
    /// What becomes of a handshake.
    package enum Handshake: String, Sendable, CaseIterable {
        case done
        /// The connection is reset once the client has said hello.
        case reset
        /// A TLS alert is the answer.
        case alert
        /// Plain text is the answer, as of a server that does not know of TLS.
        case plain
    }

    package struct Failure: Error { package var text: String }

    /// Where TLS is spoken.
    package let port: UInt16
    /// Where `CONNECT` is understood.
    package let proxyPort: UInt16
    /// What to trust, in PEM form.
    package let certificate: String
    private let directory: TemporaryDirectory
    private let child: Child

    /// - Parameters:
    ///   - backend: the plain server's port on 127.0.0.1.
    ///   - handshakes: of the first connections; later ones are done.
    ///   - connects: the statuses that the proxy answers first; later ones are 200.
    ///   - names: what the certificate is good for.
    package init(
        to backend: UInt16, handshakes: [Handshake] = [], connects: [Int] = [],
        names: String = "IP:127.0.0.1,IP:0.0.0.0,DNS:transfer.api.globus.org,DNS:auth.globus.org"
    ) async throws {
        directory = try TemporaryDirectory()
        certificate = directory.path + "/certificate.pem"
        let key = directory.path + "/key.pem"
        let made = try Child([
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-out", certificate, "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=\(names)",
        ])
        guard await made.ended() == 0 else { throw Failure(text: "openssl makes no certificate") }
        try Data(Self.script.utf8).write(to: URL(fileURLWithPath: directory.path + "/front.py"))
        let output = try ReadPipe()
        child = try Child(
            [
                "/usr/bin/python3", directory.path + "/front.py", "\(backend)", certificate, key,
                handshakes.map(\.rawValue).joined(separator: ","), connects.map(String.init).joined(separator: ","),
            ], output: output.writing)
        let line = await output.line()
        let ports = line.split(whereSeparator: \.isWhitespace).compactMap { UInt16($0) }
        guard ports.count == 2 else { throw Failure(text: "the front says \(line)") }
        (port, proxyPort) = (ports[0], ports[1])
    }

    deinit { stop() }

    package func stop() { child.terminate() }

    /// For a program that meets the service under an address that is not loopback.
    ///
    /// - Parameter path: what every address of the service begins with.
    package func environment(path: String) -> [String: String] {
        let base = "https://0.0.0.0:\(port)\(path)"
        return ["GLOBUS_SDK_SERVICE_URL_TRANSFER": base, "GLOBUS_SDK_SERVICE_URL_AUTH": base, "GLOBUS_SDK_VERIFY_SSL": certificate]
    }

    /// For a program that meets the service under its own names, by the proxy.
    package func environmentByProxy(path: String) -> [String: String] {
        [
            "GLOBUS_SDK_SERVICE_URL_TRANSFER": "https://transfer.api.globus.org\(path)",
            "GLOBUS_SDK_SERVICE_URL_AUTH": "https://auth.globus.org\(path)", "GLOBUS_SDK_VERIFY_SSL": certificate,
            "HTTPS_PROXY": "http://127.0.0.1:\(proxyPort)",
        ]
    }

    private static let script = """
        import os, socket, ssl, struct, sys, threading

        backend, certificate, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        handshakes = [name for name in sys.argv[4].split(',') if name]
        connects = [int(status) for status in sys.argv[5].split(',') if status]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        lock = threading.Lock()

        def taken(list, otherwise):
            with lock:
                return list.pop(0) if list else otherwise

        def pump(source, sink):
            try:
                while data := source.recv(65536):
                    sink.sendall(data)
            except OSError:
                pass
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        def join(one, other):
            thread = threading.Thread(target=pump, args=(one, other), daemon=True)
            thread.start()
            pump(other, one)
            thread.join()
            one.close()
            other.close()

        def secure(client):
            what = taken(handshakes, 'done')
            if what == 'done':
                try:
                    join(context.wrap_socket(client, server_side=True), socket.create_connection(('127.0.0.1', backend)))
                except OSError:
                    client.close()
                return
            client.recv(65536)
            if what == 'alert':
                client.sendall(bytes([21, 3, 3, 0, 2, 2, 40]))
            elif what == 'plain':
                client.sendall(b'HTTP/1.1 400 Bad Request\\r\\nContent-Length: 0\\r\\n\\r\\n')
            else:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            client.close()

        def connect(client):
            head = b''
            while b'\\r\\n\\r\\n' not in head:
                data = client.recv(65536)
                if not data:
                    return client.close()
                head += data
            status = taken(connects, 200)
            if status == 200:
                client.sendall(b'HTTP/1.1 200 OK\\r\\n\\r\\n')
                join(client, socket.create_connection(('127.0.0.1', front.getsockname()[1])))
            else:
                client.sendall(b'HTTP/1.1 %d X\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n' % status)
                client.close()

        def serve(listener, answer):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=answer, args=(client,), daemon=True).start()

        front, proxy = socket.create_server(('127.0.0.1', 0), backlog=64), socket.create_server(('127.0.0.1', 0), backlog=64)
        threading.Thread(target=serve, args=(proxy, connect), daemon=True).start()
        print(front.getsockname()[1], proxy.getsockname()[1], flush=True)
        serve(front, secure)
        """
}
