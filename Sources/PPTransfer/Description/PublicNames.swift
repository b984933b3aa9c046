// What whoever uses this library has to write down, although it is declared in a target that is no product of its own.
@_exported public import struct CycleCalendar.CyclePoint
@_exported public import struct PositionedYAML.Positioned
@_exported public import struct PositionedYAML.Problem
@_exported public import struct PositionedYAML.Problems
@_exported public import struct PositionedYAML.SourcePosition
@_exported public import struct PositionedYAML.Variables
