import CLinux

package enum ProcessMemory {
    /// To be called before anything else is done: what is freed goes back to the system.
    package static func keepSmall() { clinux_keep_memory_small() }
}
