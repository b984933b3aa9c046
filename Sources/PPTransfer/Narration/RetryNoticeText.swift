package import Globus
import PositionedYAML

extension RetryNotice {
    /// What a log says before a pause.
    package var sentence: String {
        outage < .seconds(1)
            ? "\(request): \(cause); trying again in \(Quantity.time(delay)), for up to \(budget.written)"
            : "\(request): \(cause); \(Quantity.time(outage)) without success, trying again in \(Quantity.time(delay))"
    }
}
