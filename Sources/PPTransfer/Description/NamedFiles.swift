package import PositionedYAML
import SystemFiles

extension TaskDescription {
    /// Errors for lists and manifests that are no ordinary files: a pipe can be read once only, and every run of the cycle reads them.
    package var filesThatAreNone: [Problem] {
        let files = [
            ("select.list", select.list), ("expect.list", expect?.list), ("expect.manifest", expect?.manifest),
            ("verify.manifest", verify.manifest),
        ]
        return files.compactMap { key, file in
            guard let file, let kind = RegularFile.oddity(of: file.value) else { return nil }
            return Problem(
                at: file.position, key: key, "'\(file.value)' \(NamedFileFault.notOrdinary(kind))", remedy: NamedFileFault.remedy(key))
        }
    }
}
