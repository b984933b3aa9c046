import CLinux

package enum ProcessMemory {
    /// To be called before anything else is done: what is freed goes back to the system.
    package static func keepSmall() { clinux_keep_memory_small() }

    /// Gives freed memory back that lies between pieces in use: before a long wait, or where much was held in small pieces.
    package static func giveBack() { clinux_give_memory_back() }
}
