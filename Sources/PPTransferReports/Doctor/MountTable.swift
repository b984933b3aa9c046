import SystemFiles

/// The file systems that are mounted, as `/proc/self/mountinfo` tells them.
struct MountTable {
    /// Where each is mounted, and of what type it is: `lustre`, `nfs4`, `ext4`.
    private let mounts: [(point: String, type: String)]

    /// - Parameter text: a line for each mount: `36 35 98:0 / /mnt rw,noatime master:1 - ext4 /dev/root rw`.
    init(_ text: String) {
        mounts = text.parts(at: "\n").compactMap { line in
            let fields = line.parts(at: " ")
            guard fields.count > 5, let dash = fields.firstIndex(of: "-"), fields.indices.contains(dash + 1) else { return nil }
            return (Self.plain(fields[4]), String(fields[dash + 1]))
        }
    }

    /// - Parameter path: absolute and without links.
    /// - Returns: `nil` if nothing is known of it.
    func type(of path: String) -> String? {
        var best: (length: Int, type: String)?
        for mount in mounts {
            let isAbove = mount.point == "/" || path.isSameBytes(as: mount.point) || path.begins(with: mount.point + "/")
            // Of two at the same place the later one lies on top.
            if isAbove, mount.point.utf8.count >= best?.length ?? 0 { best = (mount.point.utf8.count, mount.type) }
        }
        return best?.type
    }

    /// Blanks and the like stand there as three octal digits.
    private static func plain(_ field: Substring) -> String {
        String(field).replacing("\\040", with: " ").replacing("\\011", with: "\t").replacing("\\012", with: "\n").replacing(
            "\\134", with: "\\")
    }

    /// Shared by many machines: slower, and with quotas of their own.
    static func isOfNetwork(_ type: String) -> Bool {
        ["nfs", "nfs4", "lustre", "gpfs", "cifs", "smb3", "afs", "ceph", "beegfs", "panfs", "wekafs", "9p"].contains(type)
            || type.hasPrefix("fuse.")
    }
}
