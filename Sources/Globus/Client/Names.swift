public typealias TransferTask = TaskDocument
