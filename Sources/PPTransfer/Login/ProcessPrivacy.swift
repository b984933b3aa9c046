import CLinux
import Globus

/// What keeps a process's secrets to itself.
package enum ProcessPrivacy {
    /// To be called before anything else is done: no core dumps, and the environment's secrets appear in no text.
    package static func begin(_ environment: [String: String]) {
        clinux_keep_memory_private()
        Secrets.inUse.learn(from: environment, names: .pptransfer)
    }
}
