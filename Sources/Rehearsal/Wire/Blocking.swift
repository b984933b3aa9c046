import Dispatch

/// Runs work that blocks (file systems, hashing) away from the threads that answer requests.
enum Blocking {
    static func run<Value: Sendable, Failure: Error>(_ work: @escaping @Sendable () throws(Failure) -> Value) async throws(Failure) -> Value
    {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            // A serial queue has a thread as soon as it needs one; a shared concurrent queue would let waiting movers keep others out.
            DispatchQueue(label: "rehearsal.blocking").async {
                let result: Result<Value, Failure>
                do throws(Failure) { result = .success(try work()) } catch { result = .failure(error) }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }
}
