/// Lets a few at a time through, across all tests of the process.
///
/// A hundred programs at once on two cores would only get in one another's way; and each stand-in that works blocks threads of the
/// system's pool, which has 256 of them and then stands still.
public actor Turns {
    /// Stand-ins of Globus within the tests' process.
    public static let standIns = Turns(16)
    /// Programs that run.
    public static let programs = Turns(8)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    public init(_ count: Int) { free = count }

    public nonisolated func pass<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        await take()
        do {
            let result = try await body()
            await giveBack()
            return result
        } catch {
            await giveBack()
            throw error
        }
    }

    private func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func giveBack() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
