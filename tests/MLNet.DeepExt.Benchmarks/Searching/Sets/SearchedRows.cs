using Microsoft.ML;

namespace MLNet.DeepExt.Benchmarks.Searching.Sets;

/// <summary>Rows to fit to, to compare trials by, and to judge the winner by.</summary>
internal sealed record SearchedRows(IDataView Train, IDataView Dev, IDataView Test);
