using MLNet.DeepExt.Evaluation;

namespace MLNet.DeepExt.Selection;

/// <summary>The figure of a model by a criterion, or why it could not be measured.</summary>
/// <param name="Value">The figure; NaN where it could not be measured or is not defined.</param>
internal sealed record MeasuredFigure(double Value)
{
    /// <summary>The bounds of the figure; null if not requested, or if it is no metric of all rows.</summary>
    public MetricInterval? Interval { get; init; }

    /// <summary>Why the figure is NaN although it could be measured, as a part of a sentence; null if not known.</summary>
    public string? Reason { get; init; }

    /// <summary>Why the figure could not be measured; null if it could.</summary>
    public MeasurementFailure? Failure { get; init; }

    /// <summary>A figure that could not be measured.</summary>
    public static MeasuredFigure Failed(MeasurementFailure failure) => new(double.NaN) { Failure = failure };

    /// <summary>The fault of a figure that is NaN, such as <c>log loss is not measured</c>.</summary>
    public string DescribeMissing(Criterion criterion) => Failure is not null
        ? $"{criterion.Name} could not be measured: {Failure.Reason}"
        : $"{criterion.Name} is {FigureText.NotMeasured}{(Reason is null ? "" : $": {Reason}")}";
}
