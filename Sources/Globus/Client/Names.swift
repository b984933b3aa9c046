/// A Globus task; another name of `TaskDocument`.
public typealias TransferTask = TaskDocument
