using System.Runtime.ExceptionServices;
using MLNet.DeepExt.Evaluation;

namespace MLNet.DeepExt.Selection;

/// <summary>What a model came to by the criteria of an objective, in their order.</summary>
/// <param name="Figures">The figures; NaN where one could not be measured.</param>
internal sealed record Judgement(double[] Figures)
{
    /// <summary>How many rows metrics were measured on; null where none was measured.</summary>
    public long? Rows { get; init; }

    /// <summary>Between which bounds the figures are; null if not requested, and of what is no metric of all rows.</summary>
    public IReadOnlyList<MetricInterval?> Intervals { get; init; } = new MetricInterval?[Figures.Length];

    /// <summary>Why figures are NaN, where they could be measured and the reason is known; else null.</summary>
    public IReadOnlyList<string?> Reasons { get; init; } = new string?[Figures.Length];

    /// <summary>The places of the criteria that were left out, whose figures are NaN.</summary>
    public IReadOnlyList<int> Open { get; init; } = [];

    /// <summary>Why figures could not be measured; null for those that could.</summary>
    public IReadOnlyList<Exception?> Failures { get; init; } = new Exception?[Figures.Length];

    /// <summary>The figures; all that were not left out could be measured.</summary>
    /// <exception cref="Exception">One could not be: what it failed with.</exception>
    public double[] RequireFigures()
    {
        if (Failures.FirstOrDefault(failure => failure is not null) is { } first)
            ExceptionDispatchInfo.Throw(first);
        return Figures;
    }

    /// <summary>What is wrong with a figure that is NaN, such as <c>log loss is not measured</c>.</summary>
    /// <param name="criterion">What it is a figure of.</param>
    /// <param name="place">Which figure it is.</param>
    public string FaultOf(Criterion criterion, int place) => Failures[place] is { } failure
        ? $"{criterion.Name} could not be measured: {ReasonOf(failure)}"
        : $"{criterion.Name} is {FigureText.NotMeasured}{(Reasons[place] is { } reason ? $": {reason}" : "")}";

    // To follow "could not be measured:", which metrics say themselves, and to be followed by more.
    private static string ReasonOf(Exception failure)
    {
        const string Said = " cannot be measured: ";
        string message = failure.Message;
        // Added by the measurement; no caller gave it.
        if (failure is ArgumentException { ParamName: { } parameter })
            message = message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal);
        int said = message.StartsWith("The metric ", StringComparison.Ordinal) ? message.IndexOf(Said, StringComparison.Ordinal) : -1;
        return (said < 0 ? message : message[(said + Said.Length)..]).Trim().TrimEnd('.');
    }
}
