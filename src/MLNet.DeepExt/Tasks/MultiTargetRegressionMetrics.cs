using System.Globalization;
using MLNet.DeepExt.Evaluation;

namespace MLNet.DeepExt.Tasks;

/// <summary>
/// How well a model predicts several numbers, each by itself and on average. Numbers that are missing (NaN) are left out, and of a target
/// that no row has, the figures are NaN and left out of the averages; rows count by their weight where a weight column is given.
/// </summary>
public sealed record MultiTargetRegressionMetrics
{
    /// <summary>(targets): what the targets are called; empty where the label column does not say.</summary>
    public required IReadOnlyList<string> TargetNames { get; init; }

    /// <summary>(targets): √(Σ w·(y - t)² / Σ w), in the units of each target; 0 is best.</summary>
    public required IReadOnlyList<double> RootMeanSquaredErrors { get; init; }

    /// <summary>(targets): Σ w·|y - t| / Σ w, in the units of each target; 0 is best.</summary>
    public required IReadOnlyList<double> MeanAbsoluteErrors { get; init; }

    /// <summary>(targets): R² = 1 - Σ w·(y - t)² / Σ w·(t - mean)²; 1 is best, and 0 is what predicting the mean gives.</summary>
    public required IReadOnlyList<double> RSquareds { get; init; }

    /// <summary>The mean of <see cref="RootMeanSquaredErrors"/>; of use where all targets have the same unit.</summary>
    public double RootMeanSquaredError => MeanOfKnown(RootMeanSquaredErrors);

    /// <summary>The mean of <see cref="MeanAbsoluteErrors"/>; of use where all targets have the same unit.</summary>
    public double MeanAbsoluteError => MeanOfKnown(MeanAbsoluteErrors);

    /// <summary>The mean of <see cref="RSquareds"/>.</summary>
    public double RSquared => MeanOfKnown(RSquareds);

    /// <summary>A line for each target by its name or number, and one of the averages, in every culture alike.</summary>
    public override string ToString() => string.Join('\n', RootMeanSquaredErrors
        .Select((error, i) => Line(NameOf(i), error, MeanAbsoluteErrors[i], RSquareds[i]))
        .Append(Line("average", RootMeanSquaredError, MeanAbsoluteError, RSquared)));

    private static string Line(string name, double rootMeanSquaredError, double meanAbsoluteError, double rSquared) =>
        $"{name}: RMSE {Figures.Of(rootMeanSquaredError)}, MAE {Figures.Of(meanAbsoluteError)}, R² {Figures.Of(rSquared)}";

    private string NameOf(int target) =>
        target < TargetNames.Count ? TargetNames[target] : string.Create(CultureInfo.InvariantCulture, $"target {target}");

    // At least one is known, because rows without any number are not judged.
    private static double MeanOfKnown(IReadOnlyList<double> figures) => figures.Where(figure => !double.IsNaN(figure)).Average();
}
