using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Data;

/// <summary>
/// All rows of a data view that can be learned from, and the count of those that cannot be, which is still to be reported.
/// </summary>
/// <param name="Rows">The rows.</param>
/// <param name="Tally">The count.</param>
/// <param name="Statistics">Of the targets; null where they are classes.</param>
internal sealed record ReadRows(LabeledRows Rows, RowTally Tally, TargetStatistics? Statistics);
