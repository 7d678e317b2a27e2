namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted fraction of rows whose true class is among the K classes with the highest outputs: Σ w·1{rank of y ≤ K} / Σ w, where rank 1 is the
/// highest output.
/// </summary>
/// <remarks>
/// Of equal outputs, those of the first classes rank higher, so K = 1 gives <see cref="Accuracy"/>; in scikit-learn's
/// top_k_accuracy_score those of the last classes rank higher.
/// </remarks>
public sealed record TopKAccuracy : Metric
{
    /// <summary>K, at least 1 and less than the number of classes. Default 5.</summary>
    public int K { get; init; } = 5;

    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"top-{K} accuracy");

    /// <inheritdoc/>
    public override bool HigherIsBetter => true;

    /// <inheritdoc/>
    public override MetricInput Input => MetricInput.Ranking;

    /// <inheritdoc/>
    public override (double Minimum, double Maximum) ValueRange => (0, 1);

    /// <inheritdoc/>
    public override string? FaultOf(int outputs, int targetWidth)
    {
        if (FaultOfClasses(targetWidth) is { } fault)
            return fault;
        if (outputs == 1)
            return "it ranks the outputs of all classes but there is 1 output; use Accuracy";
        return K >= 1 && K < outputs
            ? null
            : FormattableString.Invariant($"K must be in [1, {outputs - 1}] but is {K}; all {outputs} classes always include the true class");
    }

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth)
    {
        int most = K;
        return new MeanOfRows((predicted, target, row) => RankOf(target.Classes[row], predicted) <= most ? 1 : 0);
    }

    private static int RankOf(int label, ReadOnlySpan<float> outputs)
    {
        int rank = 1;
        for (int index = 0; index < outputs.Length; index++)
        {
            if (outputs[index] > outputs[label] || index < label && outputs[index] == outputs[label])
                rank++;
        }

        return rank;
    }
}
