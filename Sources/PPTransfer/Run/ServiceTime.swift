import Globus

/// The service's clock, as far as it is known: by it, how long a login is good does not depend on what this machine's has been set to.
struct ServiceTime: Timekeeper {
    let service: any TransferService
    let time: any Timekeeper

    var now: Timestamp { service.now(time) }
    var elapsed: Duration { time.elapsed }
    func sleep(for duration: Duration) async { await time.sleep(for: duration) }
}
