// Examples, a played service and readings, which the tests of the library use, too.
@_exported public import TransferTestSupport
