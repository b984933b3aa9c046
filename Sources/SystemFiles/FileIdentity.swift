/// Tells whether two names are the same directory.
package struct FileIdentity: Hashable {
    private let device: dev_t
    private let inode: ino_t

    package init(_ status: stat) { (device, inode) = (status.st_dev, status.st_ino) }
}
