namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// A figure by which a network is judged on rows that it does not learn from: for the history, and to stop by. Immutable.
/// </summary>
/// <remarks>
/// Rows count by their weight. Outputs are what the loss gives out: probabilities, or numbers in the target's units. A target that is
/// missing (NaN) is left out.
/// </remarks>
public abstract record Metric
{
    /// <summary>What it is called in reports, such as <c>accuracy</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether more of it is better.</summary>
    public abstract bool HigherIsBetter { get; }

    /// <summary>What of the outputs it reads. Whoever has something else than a network's outputs gives it that.</summary>
    public abstract MetricInput Input { get; }

    /// <summary>Why it cannot be measured, to follow "The metric accuracy cannot be measured:"; null if it can.</summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    internal abstract string? FaultOf(int outputs, int targetWidth);

    /// <summary>Begins to measure what it finds no fault with.</summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    internal abstract Measurement Begin(int outputs, int targetWidth);

    /// <summary>What a metric of classes finds wrong.</summary>
    private protected static string? FaultOfClasses(int targetWidth) =>
        targetWidth == 0 ? null : "the targets are numbers; it needs a class for each row";

    /// <summary>What a metric of numbers finds wrong.</summary>
    /// <param name="outputs">Outputs of the network.</param>
    /// <param name="targetWidth">Numbers of a row's target; 0 where it is a class.</param>
    /// <param name="outputsPerTarget">How many outputs speak about one number.</param>
    private protected static string? FaultOfNumbers(int outputs, int targetWidth, int outputsPerTarget = 1)
    {
        if (targetWidth == 0)
            return "the targets are classes; it needs numbers for each row";
        int needed = targetWidth * outputsPerTarget;
        return outputs == needed
            ? null
            : $"the number of outputs is {outputs} but that of target values {targetWidth}; it needs {outputsPerTarget} for each";
    }
}
