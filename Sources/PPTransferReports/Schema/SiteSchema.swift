/// What a site file may say. The reader decides; a test holds the two together.
enum SiteSchema {
    private static let uuid = Schema(.pattern("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"))
    private static let absolute = Schema(.pattern("^/"))

    private static func duration(_ meaning: String) -> Schema { Schema(Schema.duration.shape, meaning) }
    private static func text(_ meaning: String) -> Schema { Schema(.text, meaning) }

    static let keys: [String: Schema] = [
        "collection": text("The collection: its UUID, the exact name that the web app shows, or a link to its page."),
        "name": text("As the web app lists it."),
        "roots": Schema(.array(absolute), "What the collection shows; left out: anything."),
        "paths": Schema(.map(absolute), "Where a mount of the machine has another name in the collection."),
        "here": Schema(.array(Schema(.text)), "Patterns of the host names of the machines that mount what the collection shows."),
        "identity": text("The domain of the identity that a login there needs."),
        "session": Schema(.either([Schema.duration, Schema(.constant(.string("unknown")))]), "How long a login there lasts."),
        "notes": Schema(.either([Schema(.array(Schema(.text))), Schema(.text)]), "What else its users should know."),
        "source": text("Where this was read."),
        "checked": text("When it was read: 2026-03-12, or 2026-08."),
        "shown": Schema(.array(absolute), "Paths that are known to exist, '*' within a component; others are warned of."),
        "moved": Schema(.map(Schema(.text)), "Paths that are no longer there, each with what to do now."),
        "group": text("The group that files which arrive there are to have, unless a description says another."),
        "mode": Schema(.either([Schema(.text), Schema(.array(Schema(.text)))]), "The permissions that they are to have: g+rX."),
        "job": duration("How long a job may last in the queue for transfers."),
        "batch": Schema(.array(Schema(.text)), "Options for jobs of the batch system there."),
        "rate": Schema(.pattern("^[0-9]+ *[kMG]B/s$"), "What a large transfer reaches there."),
        "file_rate": Schema(.pattern("^[0-9]+ */s$"), "How many small files go through in a second."),
        "until": Schema(.pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), "The last day of service."),
        "message": text("What is said once that day is past."),
        "retired": text("Why it cannot be used any more."),
        "successor": Schema(.either([Schema(.text), Schema(.null)]), "The alias to use instead."),
        "local_user": text("Your account there, if the collection maps your identity to several."),
        "data_access": Schema(.boolean, "Whether the collection asks for a data_access consent. Left out: its document says."),
        "encrypt": Schema(.constant(.string("required")), "That the collection encrypts everything that is sent."),
    ]

    static let document = Schema(
        .members(
            [
                "login": Schema(
                    .object(["client": uuid], required: ["client"], open: false),
                    "The UUID of the registered application for 'pptransfer login'."),
                "acknowledge_end": Schema(
                    .either([Schema(.array(Schema(.text))), Schema(.text)]), "Aliases of ended sites of which no warning is given."),
            ],
            others: Schema(
                .either([
                    Schema(.object(keys, required: ["collection"], open: false)), Schema(.object(keys, required: ["retired"], open: false)),
                ]), "An alias.")))
}
