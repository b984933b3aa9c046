import SystemFiles

/// Puts the manifests of several parts of a directory together.
package struct ManifestMerger: Sendable {
    private var entries: [FileName: Manifest.Entry] = [:]
    private var origin: ManifestOrigin?
    private var isOfOneDirectory = true

    package init() {}

    /// - Returns: a file that is known already, with another size, time or digest; the manifest is of no use then.
    package mutating func add(_ manifest: Manifest) -> String? {
        if let here = manifest.origin, origin?.isSameDirectory(as: here) ?? entries.isEmpty {
            // What is reused later must be older than the earliest.
            if here.begun < origin?.begun ?? .max { origin = here }
        } else {
            isOfOneDirectory = false
        }
        var previous: FileName?
        for entry in manifest.entries {
            let name = FileName(entry.path)
            defer { previous = name }
            guard name != previous else { return entry.path }
            guard let other = entries.updateValue(entry, forKey: name) else { continue }
            guard other.unstamped == entry.unstamped else { return entry.path }
            if other.stamp != entry.stamp { entries[name] = entry.unstamped }
        }
        return nil
    }

    package var manifest: Manifest {
        var manifest = Manifest(entries.values)
        if isOfOneDirectory { manifest.origin = origin }
        return manifest
    }
}
