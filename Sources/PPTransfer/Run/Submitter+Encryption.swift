import Globus

/// Whether the data of a submission is encrypted, where a collection has a say in it.
extension Submitter {
    /// What to ask Globus for.
    ///
    /// The collections' documents are read only if the description names encryption: otherwise a collection that requires it imposes it.
    ///
    /// - Parameter planned: what the description and the sites say; `nil` if the collections decide.
    /// - Returns: `nil` leaves it to Globus, because a collection's document cannot be read.
    /// - Throws: if the run was interrupted.
    func encryption(_ planned: Bool?) async throws(Stop) -> Bool? {
        let written = plan.description.transfer.encrypt
        guard planned != true, written == .auto || written == .never else { return planned }
        var isKnown = true
        for end in [plan.source, plan.destination] {
            let document: CollectionInfo
            do throws(GlobusError) {
                document = try await service.collection(end.collection)
            } catch {
                if error == .cancelled { throw Stop(.interrupted()) }
                isKnown = false
                continue
            }
            guard document.forcesEncryption else { continue }
            if written == .auto {
                log.info("the data is encrypted: \(end.name) requires it")
                return true
            }
            log.warning("'encrypt: false' has no effect: \(end.name) encrypts everything that is sent")
        }
        return planned ?? (isKnown ? false : nil)
    }

    /// Logs where a task differs from what was asked for. It is this transfer's task all the same: its submission id, or its label, says so.
    func tellDifferences(_ task: TransferTask) {
        let options = plan.description.transfer
        if options.verifyChecksum, task[field: "verify_checksum"]?.bool == false {
            log.warning("Globus did not check the files after it had sent them (verify_checksum is false in its task)")
        }
        if options.sync == .checksum, let level = TaskFigures(task).comparedOnly {
            log.warning("Globus compared files by less than their contents (sync_level is \(level.rawValue) in its task)")
        }
        if plan.encryption == true, task[field: "encrypt_data"]?.bool == false {
            log.warning("Globus did not encrypt the data (encrypt_data is false in its task)")
        }
    }
}
