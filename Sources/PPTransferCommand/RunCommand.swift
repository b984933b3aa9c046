import ArgumentParser
import Globus
import PPTransfer

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Sends what the descriptions say, waits, proves that it arrived.",
        discussion: """
            The smallest description:

              pptransfer: 1
              from: {collection: archer2, path: "${ROSE_DATAC}"}
              to: {collection: jasmin, path: "/gws/nopw/j04/canari/archive/{workflow}/{cycle}"}

            Log in through the environment: GLOBUS_CLI_CLIENT_ID with GLOBUS_CLI_CLIENT_SECRET (a service account), or
            PPTRANSFER_ACCESS_TOKEN. Nothing else is asked; nothing is written at the source.
            """)

    @OptionGroup var descriptions: DescriptionOptions

    @Flag(name: .customLong("dry-run"), help: "Show the plan and the request that would be sent. Uses no network and no login.")
    var dryRun = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        try await Execution(descriptions: descriptions, environment: environment).run(dryRun: dryRun)
    }
}
