/// Lets only so many go at once; the others wait for their turn.
///
/// Each world has threads of its own that block in system calls, and the process may have no more than 255 of that kind.
actor Turns {
    static let worlds = Turns(20)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func giveBack() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
