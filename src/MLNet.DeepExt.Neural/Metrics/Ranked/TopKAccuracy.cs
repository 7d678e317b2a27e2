namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// The weighted share of rows whose class is among the K likeliest: Σ w·1{rank of y ≤ K} / Σ w, rank 1 being the highest output.
/// </summary>
/// <remarks>
/// Of equal outputs those of the first classes stand above, so that with a K of 1 it is <see cref="Accuracy"/>; scikit-learn's
/// top_k_accuracy_score has those of the last ones above.
/// </remarks>
public sealed record TopKAccuracy : Metric
{
    /// <summary>How many classes may be named; at least 1 and less than there are. Default 5.</summary>
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
            : FormattableString.Invariant($"K must be in [1, {outputs - 1}] but is {K}; all {outputs} classes always hold the right one");
    }

    /// <inheritdoc/>
    public override Measurement Begin(int outputs, int targetWidth)
    {
        int most = K;
        return new MeanOfRows((said, target, row) => RankOf(target.Classes[row], said) <= most ? 1 : 0);
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
