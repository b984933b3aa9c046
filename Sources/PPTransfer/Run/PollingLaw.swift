/// How long to wait before the next question: five per cent of the time already waited, at least 1 s (2 s after the first five
/// seconds), at most 60 s.
///
/// The end of a task is so noticed within five per cent of its time or 2 s, and twelve hours cost less than 800 questions.
struct PollingLaw {
    static let longest = Duration.seconds(60)

    /// - Parameters:
    ///   - waited: since the wait began.
    ///   - chance: 0 to 1; keeps tasks that started together from asking together.
    static func interval(after waited: Duration, chance: Double) -> Duration {
        let shortest: Duration = waited < .seconds(5) ? .seconds(1) : .seconds(2)
        // The question falls at `waited + interval`, of which the interval is five per cent.
        let share = max(shortest, waited * (0.05 / 0.95))
        return share >= longest ? longest : share * (1 - 0.03 * chance)
    }
}
