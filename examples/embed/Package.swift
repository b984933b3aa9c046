// swift-tools-version: 6.2
// Two programs of your own on the libraries of this package: 'archive' sends what a description says, 'globus-ls' needs Globus and the Globus CLI's login.
//
//   swift run --package-path examples/embed archive task.yaml journal
//   swift run --package-path examples/embed globus-ls a2f53b7f-1b4e-4dce-9b7c-349ae760fee0 /gws
import PackageDescription

let package = Package(
    name: "embed",
    dependencies: [.package(name: "pptransfer", path: "../..")],
    targets: [
        .executableTarget(
            name: "archive",
            dependencies: [
                .product(name: "PPTransfer", package: "pptransfer"), .product(name: "Globus", package: "pptransfer"),
                .product(name: "GlobusCLILogin", package: "pptransfer"),
            ]),
        .executableTarget(
            name: "globus-ls",
            dependencies: [.product(name: "Globus", package: "pptransfer"), .product(name: "GlobusCLILogin", package: "pptransfer")]),
    ],
    swiftLanguageModes: [.v6]
)
