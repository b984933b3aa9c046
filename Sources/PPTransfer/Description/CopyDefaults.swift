import PositionedYAML

extension TaskDescription {
    /// A transfer that a person asks for at a prompt, and watches: without a cycle, and for as long as Globus works on it.
    ///
    /// - Parameter name: of the record.
    package static func copy(from source: PlaceArgument, to destination: PlaceArgument, name: String) -> TaskDescription {
        let position = SourcePosition(file: "")
        func end(_ place: PlaceArgument) -> End {
            End(collection: Positioned(place.collection, at: position), path: Positioned(place.path, at: position))
        }
        var description = TaskDescription(
            position: position, workflow: Positioned(name, at: position), from: end(source), to: end(destination))
        description.transfer.sync = .mtime
        description.transfer.deadline = .seconds(14 * 86_400)
        description.wait.limit = description.transfer.deadline
        description.wait.outage = .seconds(86_400)
        description.cylcMessages = false
        return description
    }
}
