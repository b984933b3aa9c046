// swift-tools-version: 6.2
// Three programs of your own on the libraries of this package, and a test with the simulator in the place of Globus.
//
//   globus-copy  sends a directory to another collection, and follows the task: Globus alone
//   archive      sends what a description says, once, and verifies it, with a line for each step
//   many         sends fifty directories at once, and cancels every second transfer, as a server would
//
//   swift run --package-path examples/embed globus-copy 3e90d018-0d05-461a-bbaf-aab605283d21:/work/cycle a2f53b7f-1b4e-4dce-9b7c-349ae760fee0:/gws/cycle
//   swift run --package-path examples/embed archive task.yaml journal
//   swift run --package-path examples/embed many 3e90d018-0d05-461a-bbaf-aab605283d21:/work/runs a2f53b7f-1b4e-4dce-9b7c-349ae760fee0:/gws/runs journal
//   swift test --package-path examples/embed
import PackageDescription

let package = Package(
    name: "embed",
    dependencies: [.package(name: "pptransfer", path: "../..")],
    targets: [
        // What globus-copy does, apart from its arguments: so that a test can call it.
        .target(name: "Copying", dependencies: [.product(name: "Globus", package: "pptransfer")]),
        .executableTarget(name: "globus-copy", dependencies: ["Copying", .product(name: "Globus", package: "pptransfer")]),
        .executableTarget(
            name: "archive",
            dependencies: [.product(name: "PPTransfer", package: "pptransfer"), .product(name: "Globus", package: "pptransfer")]),
        .executableTarget(
            name: "many",
            dependencies: [.product(name: "PPTransfer", package: "pptransfer"), .product(name: "Globus", package: "pptransfer")]),
        .testTarget(
            name: "CopyingTests",
            dependencies: [
                "Copying", .product(name: "Globus", package: "pptransfer"), .product(name: "GlobusTesting", package: "pptransfer"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
