// Types of these two that the library's own speak of: problems with their positions, variables, cycle points.
@_exported public import CycleCalendar
@_exported public import PositionedYAML
