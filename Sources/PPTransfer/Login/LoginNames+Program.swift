package import Globus

extension LoginNames {
    /// The names of the program `pptransfer`: who passes them uses its login and its variables, `PPTRANSFER_…`.
    package static let pptransfer = LoginNames(program: "pptransfer")
}
