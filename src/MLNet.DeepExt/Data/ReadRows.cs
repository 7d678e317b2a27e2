using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Data;

/// <summary>
/// All rows of a data view that can be learned from, and the count of those that cannot be, which is still to be reported.
/// </summary>
internal sealed record ReadRows(LabeledRows Rows, RowTally Tally);
