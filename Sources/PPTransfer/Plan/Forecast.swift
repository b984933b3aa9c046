import PositionedYAML
import SystemFiles

/// How long a transfer should take once Globus works on it, by what its sites are known to manage.
///
/// A rough figure, for deciding on a job's time limit and on whether small files should be packed first: queues, other users and checksums
/// at both ends are not in it.
package struct Forecast: Hashable, Sendable {
    /// The files' share: each is opened, created, checked and closed.
    package var opening: Duration
    /// The bytes' share.
    package var moving: Duration
    private let files: Int
    private let bytes: Int64

    package var total: Duration { opening + moving }

    /// Files per second where no site says. An assumption, not a measurement: many small files over a distance of some milliseconds.
    static let fileRate: Int64 = 50

    /// - Returns: `nil` if nothing is known of either site's rate.
    package init?(_ plan: TransferPlan, files: Int, bytes: Int64) {
        let sites = [plan.source.site, plan.destination.site].compactMap(\.self)
        guard let rate = sites.compactMap(\.rate).min() else { return nil }
        self.init(files: files, bytes: bytes, rate: rate, fileRate: sites.compactMap(\.fileRate).min() ?? Self.fileRate)
    }

    /// - Parameters:
    ///   - rate: bytes per second.
    ///   - fileRate: files per second.
    init(files: Int, bytes: Int64, rate: Int64, fileRate: Int64) {
        (self.files, self.bytes) = (files, bytes)
        opening = .clamped(seconds: Double(files) / Double(max(1, fileRate)))
        moving = .clamped(seconds: Double(bytes) / Double(max(1, rate)))
    }

    package var sentence: String { "should take about \(Self.rounded(total)) after Globus has started it" }

    /// What would make it faster; `nil` where small files do not cost more than bytes, or it is quick all the same.
    package var advice: String? {
        guard opening > moving, opening > .seconds(600), files > 0 else { return nil }
        return "the number of files determines the time: opening \(files) files (\(Quantity.bytes(bytes / Int64(files))) on average) about "
            + "\(Self.rounded(opening)), moving their \(Quantity.bytes(bytes)) about \(Self.rounded(moving)); packed with tar they would be "
            + "there sooner"
    }

    /// To what such a figure is worth.
    private static func rounded(_ duration: Duration) -> String {
        let seconds = duration.inSeconds
        if seconds < 60 { return "a minute" }
        let step: Double = seconds < 3600 ? 60 : seconds < 36_000 ? 600 : 3600
        return Duration.clamped(seconds: (seconds / step).rounded() * step).written
    }
}
