// Examples, a played service and readings, which the tests of the reports use, too.
@_exported public import TransferTestSupport
