using Microsoft.ML;

namespace MLNet.DeepExt.Tests.Contracts;

/// <summary>An estimator of the package, in one of the forms in which it is used.</summary>
/// <param name="Name">What the case is called.</param>
/// <param name="Create">Makes the estimator.</param>
/// <param name="Inputs">The columns that it needs at prediction.</param>
/// <param name="Label">The label; null if it learns none.</param>
internal sealed record EstimatorCase(string Name, Func<MLContext, IEstimator<ITransformer>> Create, string[] Inputs, string? Label = null)
{
    /// <summary>Whether rows can lack the label: Booleans cannot.</summary>
    public bool MayLackLabel => Label is not (null or "Yes" or "Answers");
}
