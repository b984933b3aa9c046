// swift-tools-version: 6.1
import PackageDescription

// Warnings are errors where the tests run (Tests/run.sh sets the variable); a user's build is not stopped by a newer compiler's taste.
let strict: [SwiftSetting] =
    Context.environment["PPTRANSFER_WARNINGS_AS_ERRORS"] == nil ? [] : [.unsafeFlags(["-warnings-as-errors"])]
let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault")] + strict

// What a small program need not carry: 129,000 relocations at every start, and the export of symbols that nobody imports, which also
// keeps the linker from leaving out what is not used. Worth 4 MB and 3 ms of each call.
let lean = ["-Xclang-linker", "-no-pie", "-Xlinker", "--no-export-dynamic"]

let package = Package(
    name: "pptransfer",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Globus", targets: ["Globus"]),
        .library(name: "PPTransfer", targets: ["PPTransfer"]),
        .executable(name: "pptransfer", targets: ["PPTransferCommand"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        // The manifest's digests, the stand-in's checksums (SHA-256, MD5), a login's proof of possession.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        // The stand-in's HTTP server: builds in seconds where NIO takes minutes.
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.26.0"),
        // `cylc message`: a child of its own process group, ended in good time. Without Foundation, which would double the program.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CLinux"),
        .target(
            name: "Globus",
            dependencies: [
                "CCurl", "CSQLite", .product(name: "Crypto", package: "swift-crypto"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "PPTransfer",
            dependencies: [
                "Globus", "CYAML", "CLinux", .product(name: "Logging", package: "swift-log"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            resources: [
                .embedInCode("Sites/sites.yaml"), .embedInCode("Explanation/statuses.md"), .embedInCode("Explanation/codes.md"),
                .embedInCode("Report/page.css"), .embedInCode("Report/page.js"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Rehearsal",
            dependencies: [
                "Globus",
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
                .product(name: "Crypto", package: "swift-crypto"),
                // RSA, for the ID tokens of the stand-in's logins.
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "PPTransferCommand",
            dependencies: [
                "PPTransfer", "Globus", "Rehearsal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings,
            linkerSettings: [.unsafeFlags(lean, .when(platforms: [.linux], configuration: .release))]
        ),
        .target(
            name: "TestSupport", dependencies: ["CSQLite", .product(name: "Logging", package: "swift-log")], path: "Tests/Support",
            swiftSettings: settings),
        .testTarget(
            name: "GlobusTests", dependencies: ["Globus", "TestSupport", .product(name: "Crypto", package: "swift-crypto")],
            resources: [.copy("Samples")], swiftSettings: settings),
        .testTarget(name: "PPTransferTests", dependencies: ["PPTransfer", "Rehearsal", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "RehearsalTests",
            dependencies: [
                "Rehearsal", "Globus", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "PPTransfer", "PPTransferCommand", "Rehearsal", "Globus", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Login/messages.txt", "Access/messages.txt", "Doctor/messages.txt"],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
