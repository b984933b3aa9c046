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
        // The stand-in's checksums (MD5, SHA-256), later the manifest's digests.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        // The stand-in's HTTP server: builds in seconds where NIO takes minutes.
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.26.0"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "Globus", dependencies: ["CCurl", .product(name: "Logging", package: "swift-log")], swiftSettings: settings),
        .target(
            name: "PPTransfer",
            dependencies: ["Globus", "CYAML", .product(name: "Logging", package: "swift-log")],
            resources: [.embedInCode("Sites/sites.yaml")],
            swiftSettings: settings
        ),
        .target(
            name: "Rehearsal",
            dependencies: [
                "Globus",
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
                .product(name: "Crypto", package: "swift-crypto"),
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
        .target(name: "TestSupport", path: "Tests/Support", swiftSettings: settings),
        .testTarget(name: "GlobusTests", dependencies: ["Globus", "TestSupport"], resources: [.copy("Samples")], swiftSettings: settings),
        .testTarget(name: "PPTransferTests", dependencies: ["PPTransfer", "Rehearsal", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "RehearsalTests", dependencies: ["Rehearsal", "Globus", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "PPTransfer", "PPTransferCommand", "Rehearsal", "Globus", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
