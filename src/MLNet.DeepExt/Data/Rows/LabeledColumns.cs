namespace MLNet.DeepExt.Data;

/// <summary>The columns that a trainer learns from. Their types are checked before any row is read.</summary>
/// <param name="FeatureName">A known-sized vector of <see cref="float"/>.</param>
/// <param name="Label">The label column, and what it says.</param>
/// <param name="WeightName">A <see cref="float"/>; null weighs all rows alike.</param>
internal sealed record LabeledColumns(string FeatureName, LabelForm Label, string? WeightName);
