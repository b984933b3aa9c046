import SystemFiles

extension Manifest {
    /// The files of a manifest, packed: a million of them take 48 MB besides their paths, and nothing has to be looked up elsewhere.
    ///
    /// Two are equal if they have the same bytes; that two spellings of one text (`é` as one character or as two) are the same `String`
    /// does not make them the same file.
    package struct Entries: RandomAccessCollection, Sendable {
        private var paths: [UInt8] = []
        /// Where each path ends in `paths`.
        private var ends: [Int] = []
        /// Bytes of each file.
        private var sizes: [Int64] = []
        /// Seconds since 1970.
        private var times: [Int64] = []
        private var digests = PackedDigests()
        /// Empty as long as none is known.
        private var stamps: [FileStamp] = []

        init() {}

        package var startIndex: Int { 0 }
        package var endIndex: Int { ends.count }

        package subscript(index: Int) -> Entry {
            withPath(index) { path in
                var entry = Entry(
                    path: String(decoding: path, as: UTF8.self), size: sizes[index], modified: times[index], digest: digest(index))
                entry.stamp = stamp(index)
                return entry
            }
        }

        func size(_ index: Int) -> Int64 { sizes[index] }
        func modified(_ index: Int) -> Int64 { times[index] }
        func digest(_ index: Int) -> Digest? { digests[index] }
        func stamp(_ index: Int) -> FileStamp { stamps.isEmpty ? .unknown : stamps[index] }

        /// The path's bytes, for as long as `body` runs.
        func withPath<Value>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Value) rethrows -> Value {
            let begin = index == 0 ? 0 : ends[index - 1]
            return try paths.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[begin..<ends[index]])) }
        }

        /// - Returns: `nil` if there is none. The files must be in order.
        func entry(at path: String) -> Entry? {
            var path = path
            return path.withUTF8 { path in
                var (begin, end) = (0, count)
                while begin < end {
                    let middle = begin + (end - begin) / 2
                    if withPath(middle, { ByteOrder.precedes($0, path) }) { begin = middle + 1 } else { end = middle }
                }
                return begin < count && withPath(begin, { $0.elementsEqual(path) }) ? self[begin] : nil
            }
        }

        func containsPath(where isMeant: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool { indices.contains { withPath($0, isMeant) } }

        /// Bytes of all files.
        var bytes: Int64 { sizes.clampedSum() }
        var largest: Entry? { sizes.indices.max { sizes[$0] < sizes[$1] }.map { self[$0] } }
        var pathBytes: Int { paths.count }
        var hasDigests: Bool { digests.hasAny }
        var hasStamps: Bool { stamps.contains { $0.isKnown } }
        /// The first path that stands there twice. The files must be in order.
        var twin: String? {
            indices.dropFirst().first { index in withPath(index) { path in withPath(index - 1) { $0.elementsEqual(path) } } }.map {
                self[$0].path
            }
        }

        // MARK: filling

        mutating func reserve(_ count: Int, pathBytes: Int, stamps hasStamps: Bool = false) {
            if hasStamps { stamps.reserveCapacity(count) }
            paths.reserveCapacity(pathBytes)
            ends.reserveCapacity(count)
            sizes.reserveCapacity(count)
            times.reserveCapacity(count)
        }

        /// - Parameter directory: what stands before the path, with a slash at its end.
        mutating func append(
            _ path: UnsafeBufferPointer<UInt8>, in directory: UnsafeBufferPointer<UInt8>? = nil, size: Int64, modified: Int64,
            digest: Digest? = nil, stamp: FileStamp = .unknown
        ) {
            if let directory { paths.append(contentsOf: directory) }
            paths.append(contentsOf: path)
            digests.append(digest, after: ends.count)
            if stamp.isKnown, stamps.isEmpty, !ends.isEmpty { stamps = Array(repeating: .unknown, count: ends.count) }
            if stamp.isKnown || !stamps.isEmpty { stamps.append(stamp) }
            ends.append(paths.count)
            sizes.append(size)
            times.append(modified)
        }

        mutating func append(_ entry: Entry) {
            var path = entry.path
            path.withUTF8 { append($0, size: entry.size, modified: entry.modified, digest: entry.digest, stamp: entry.stamp) }
        }

        /// The file at `index` of another manifest.
        mutating func append(_ index: Int, of other: Entries) {
            other.withPath(index) {
                append(
                    $0, size: other.size(index), modified: other.modified(index), digest: other.digest(index), stamp: other.stamp(index))
            }
        }

        mutating func set(digest: Digest?, at index: Int) {
            digests.set(digest, at: index, of: ends.count)
        }

        func filtered(_ isMeant: (Int) -> Bool) -> Entries {
            var chosen = Entries()
            for index in indices where isMeant(index) { chosen.append(index, of: self) }
            return chosen
        }

        /// Takes the digests of files that are the very ones and as they were; both are in order.
        ///
        /// - Parameter begun: files that were changed so shortly before, or later, that another write would not show are left out; ns since
        ///   1970.
        mutating func takeDigests(from known: Entries, _ algorithm: Digest.Algorithm, begun: Int64) {
            var cursor = EntryCursor(known)
            for index in indices {
                guard let place = cursor.place(of: index, in: self), let digest = known.digest(place), digest.algorithm == algorithm,
                    Sameness(known, place, self, index) == .same, stamp(index).changed < begun.clampedDifference(stamp(index).granularity)
                else { continue }
                set(digest: digest, at: index)
            }
        }

        /// Orders the files by the bytes of their paths.
        mutating func sort() {
            guard !isSorted else { return }
            let order = indices.sorted { precedes($0, $1) }
            var sorted = Entries()
            sorted.reserve(count, pathBytes: paths.count, stamps: !stamps.isEmpty)
            for index in order { sorted.append(index, of: self) }
            self = sorted
        }

        private var isSorted: Bool { !indices.dropFirst().contains { precedes($0, $0 - 1) } }

        private func precedes(_ first: Int, _ second: Int) -> Bool {
            withPath(first) { first in withPath(second) { ByteOrder.precedes(first, $0) } }
        }
    }
}

extension Manifest.Entries: Hashable {
    package static func == (one: Self, other: Self) -> Bool {
        one.ends == other.ends && one.sizes == other.sizes && one.times == other.times && one.paths == other.paths
            && one.indices.allSatisfy { one.digest($0) == other.digest($0) && one.stamp($0) == other.stamp($0) }
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(paths)
        hasher.combine(sizes)
    }
}

/// The order of names as the system has them: byte by byte.
enum ByteOrder {
    static func precedes(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let begin = one.baseAddress, let otherBegin = other.baseAddress else { return one.count < other.count }
        let order = memcmp(begin, otherBegin, min(one.count, other.count))
        return order == 0 ? one.count < other.count : order < 0
    }
}
