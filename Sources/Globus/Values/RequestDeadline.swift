/// The instant by which the requests of a piece of work must have ended.
package enum RequestDeadline {
    /// As `Timekeeper.elapsed`: a request, its repetitions included, ends before it. `nil`: only the transport's own limits hold.
    @TaskLocal package static var current: Duration?
}
