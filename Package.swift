// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors where the tests run (Tests/run.sh sets the variable); a user's build is not stopped by a newer compiler's taste.
let strict: [SwiftSetting] =
    Context.environment["PPTRANSFER_WARNINGS_AS_ERRORS"] == nil ? [] : [.treatAllWarnings(as: .error)]
let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault")] + strict

// What a small program need not carry: the export of symbols that nobody imports, which also keeps the linker from leaving out what is not
// used, and functions that are the same as others: nothing here compares the addresses of functions, and the release program passes the
// program's tests. Worth 1 MB.
let lean = ["-Xlinker", "--no-export-dynamic", "-Xlinker", "--icf=all"]

// Tests/PPTransferTests/Fuzz/run.sh: libFuzzer brings its own `main`, so the parsers are a program only for it.
let isFuzzing = Context.environment["PPTRANSFER_FUZZ"] != nil

let package = Package(
    name: "pptransfer",
    products: [
        .library(name: "Globus", targets: ["Globus"]),
        .library(name: "GlobusCLILogin", targets: ["GlobusCLILogin"]),
        .library(name: "PPTransfer", targets: ["PPTransfer"]),
        .library(name: "GlobusTesting", targets: ["GlobusTesting"]),
        .library(name: "PPTransferTesting", targets: ["PPTransferTesting"]),
        .executable(name: "pptransfer", targets: ["PPTransferCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        // The manifest's digests, the stand-in's checksums (SHA-256, MD5), a login's proof of possession.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        // The simulator's HTTP server. Without NIOFoundationCompat, which would bring Foundation's tables of languages into the program.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // `cylc message`: a child of its own process group, ended in good time. Without Foundation, which would double the program.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        // A target with a source of its own: the command line reaches a constructor, which no header alone can have.
        .target(name: "CLinux", publicHeadersPath: "."),
        .target(name: "SystemFiles", dependencies: ["CLinux"], swiftSettings: settings),
        .target(name: "PositionedYAML", dependencies: ["SystemFiles", "CYAML"], swiftSettings: settings),
        .target(name: "CycleCalendar", swiftSettings: settings),
        // It needs libcurl and no package: whoever depends on it alone builds little.
        .target(name: "Globus", dependencies: ["SystemFiles", "CCurl"], swiftSettings: settings),
        // What is kept of logins in files: the Globus CLI's database and a program's own.
        .target(
            name: "GlobusCLILogin",
            dependencies: ["Globus", "SystemFiles", "CSQLite", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),
        .target(
            name: "PPTransfer",
            dependencies: [
                "Globus", "PositionedYAML", "CycleCalendar", "SystemFiles", "CLinux", .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            resources: [.embedInCode("Sites/sites.yaml")],
            swiftSettings: settings
        ),
        // What is made of records and descriptions for people: a run sees nothing of it.
        .target(
            name: "PPTransferReports",
            dependencies: [
                "PPTransfer", "GlobusCLILogin", "Globus", "PositionedYAML", "CycleCalendar", "SystemFiles",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            resources: [
                .embedInCode("Explanation/statuses.md"), .embedInCode("Explanation/codes.md"), .embedInCode("Campaign/page.css"),
                .embedInCode("Campaign/page.js"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Rehearsal",
            dependencies: [
                "Globus", "SystemFiles",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
                // RSA, for the ID tokens of the stand-in's logins.
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),
        // What programs on Globus test themselves with, these here too.
        .target(name: "GlobusTesting", dependencies: ["Globus", "Rehearsal"], swiftSettings: settings),
        .target(name: "PPTransferTesting", dependencies: ["PPTransfer"], swiftSettings: settings),
        .executableTarget(
            name: "PPTransferCommand",
            dependencies: [
                "PPTransferReports", "PPTransfer", "GlobusCLILogin", "Globus", "Rehearsal", "PositionedYAML", "CycleCalendar",
                "SystemFiles",
                "CLinux",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings,
            linkerSettings: [.unsafeFlags(lean, .when(platforms: [.linux], configuration: .release))]
        ),
        .target(
            name: "TestSupport", dependencies: ["CSQLite", .product(name: "Logging", package: "swift-log")], path: "Tests/Support",
            swiftSettings: settings),
        // What the tests of the library and of the reports on it share.
        .target(
            name: "TransferTestSupport", dependencies: ["GlobusTesting", "PPTransfer", "Globus", "PositionedYAML", "CycleCalendar"],
            path: "Tests/TransferSupport", swiftSettings: settings),
        .testTarget(name: "SystemFilesTests", dependencies: ["SystemFiles", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "PositionedYAMLTests", dependencies: ["PositionedYAML", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "CycleCalendarTests", dependencies: ["CycleCalendar"], swiftSettings: settings),
        .testTarget(
            name: "GlobusTests",
            dependencies: ["GlobusTesting", "Globus", "SystemFiles", "TestSupport"],
            resources: [.copy("Samples")], swiftSettings: settings),
        .testTarget(
            name: "GlobusCLILoginTests",
            dependencies: [
                "GlobusTesting", "GlobusCLILogin", "Globus", "SystemFiles", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
            ], exclude: ["Stores/CommandLine"], swiftSettings: settings),
        .testTarget(name: "GlobusTestingTests", dependencies: ["GlobusTesting", "Globus", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "PPTransferTestingTests",
            dependencies: ["PPTransferTesting", "GlobusTesting", "PPTransfer", "Globus", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "PPTransferTests",
            dependencies: [
                "GlobusTesting", "GlobusCLILogin",
                "PPTransferReports", "PPTransfer", "Globus", "PositionedYAML", "CycleCalendar", "SystemFiles", "Rehearsal", "TestSupport",
                "TransferTestSupport",
            ],
            exclude: isFuzzing ? ["Fuzz"] : ["Fuzz/Fuzz.swift", "Fuzz/Seeds", "Fuzz/numbers.dict", "Fuzz/run.sh"], swiftSettings: settings),
        .testTarget(
            name: "PPTransferReportsTests",
            dependencies: [
                "GlobusTesting", "GlobusCLILogin",
                "PPTransferReports", "PPTransfer", "Globus", "PositionedYAML", "CycleCalendar", "SystemFiles", "TestSupport",
                "TransferTestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "RehearsalTests",
            dependencies: [
                "Rehearsal", "Globus", "SystemFiles", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "GlobusTesting", "GlobusCLILogin",
                "PPTransferReports", "PPTransfer", "PPTransferCommand", "PositionedYAML", "CycleCalendar", "SystemFiles", "Rehearsal",
                "Globus", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Login/messages.txt", "Access/messages.txt", "Doctor/messages.txt"],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

if isFuzzing {
    package.targets.append(
        .executableTarget(
            name: "pptransfer-fuzz",
            dependencies: [
                "PPTransferReports", "PPTransfer", "Globus", "PositionedYAML", "CycleCalendar", "SystemFiles",
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/PPTransferTests/Fuzz", exclude: ["Seeds", "numbers.dict", "run.sh", "ParserTests.swift", "Mutations.swift"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
}
