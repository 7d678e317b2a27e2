using System.Runtime.ExceptionServices;

namespace MLNet.DeepExt.Selection;

/// <summary>The figures of a model by the criteria of an objective, in their order.</summary>
/// <param name="Measured">The figures.</param>
internal sealed record Judgement(IReadOnlyList<MeasuredFigure> Measured)
{
    /// <summary>The figures; NaN where one could not be measured.</summary>
    public double[] Figures { get; } = [.. Measured.Select(measured => measured.Value)];

    /// <summary>How many rows metrics were measured on; null where none was measured.</summary>
    public long? Rows { get; init; }

    /// <summary>The places of the criteria that were left out, whose figures are NaN.</summary>
    public IReadOnlyList<int> Open { get; init; } = [];

    /// <summary>The figures, if all that were not left out could be measured.</summary>
    /// <exception cref="Exception">One could not be measured.</exception>
    public double[] RequireFigures()
    {
        if (Measured.FirstOrDefault(measured => measured.Failure is not null)?.Failure is { } first)
            ExceptionDispatchInfo.Throw(first.Exception);
        return Figures;
    }
}
