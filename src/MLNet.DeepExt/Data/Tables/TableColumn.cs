using Microsoft.ML.Data;

namespace MLNet.DeepExt.Data.Tables;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it holds.</param>
internal sealed record TableColumn(string Name, DataKind Kind);
