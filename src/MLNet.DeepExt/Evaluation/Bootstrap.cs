using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Evaluation;

/// <summary>
/// How the confidence interval of a metric is found: rows are drawn from the evaluated ones with replacement, as many as there are, again
/// and again; the interval is between the percentiles of what the metric comes to on these samples. Immutable.
/// </summary>
/// <remarks>
/// <para>The lower bound is the (1 - Confidence)/2 quantile of the samples, the upper one the (1 + Confidence)/2 quantile, between two
/// samples in proportion. A sample of which the metric is NaN, such as an area under a curve where a class was not drawn, is left out;
/// where more than half are, both bounds are NaN. A drawn row has the weight that it has in the data.</para>
/// <para>The rows are taken for independent of each other, and what training would have learned of other rows is not in the interval. Of
/// few rows, below about 50, it is somewhat too narrow. For each row of several classes about 100 bytes are kept in memory, and the scores
/// that areas under curves rank, within an eighth of the memory; rows of labels and of numbers are kept whole. Rows that
/// take more than half of the memory that .NET may use are refused by an <see cref="InvalidOperationException"/>. Every sample costs about as
/// much as measuring did, takes 8 bytes for each metric, and 32 for one that is ranked. Each processor holds up to 28 bytes for each row
/// beside them. The same seed gives the same bits, whatever the
/// number of threads.</para>
/// <para>B. Efron, "Bootstrap Methods: Another Look at the Jackknife", The Annals of Statistics 7 (1979).</para>
/// </remarks>
public sealed record Bootstrap
{
    private const int FewestResamples = 100;
    private const int MostResamples = 1_000_000;
    private const long MostFigures = 100_000_000; // 800 MB, and 3.2 GB where all are ranked

    /// <summary>
    /// How many samples are drawn, from 100 to 1,000,000; Resamples × metrics is at most 100,000,000. Default 1,000; 10,000 where the bounds are to
    /// be exact to a few percent of their distance.
    /// </summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>How sure the interval is, in (0, 1). Default 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>What chance is drawn from. Null, the default, draws one from the context.</summary>
    public int? Seed { get; init; }

    internal OptionFault? FindFault()
    {
        if (Resamples is < FewestResamples or > MostResamples)
        {
            return new(nameof(Resamples), FormattableString.Invariant(
                $"Resamples must be from {FewestResamples} to {MostResamples} but is {Resamples}; 1000 is the default."));
        }

        return Confidence > 0 && Confidence < 1
            ? null
            : new(nameof(Confidence), FormattableString.Invariant($"Confidence must be in (0, 1) but is {Confidence}; 0.95 is the default."));
    }

    /// <summary>What is wrong with so many samples of so many metrics, all of which are held in memory; null if nothing is.</summary>
    internal static OptionFault? FindFault(int resamples, int metrics) => (long)resamples * metrics <= MostFigures
        ? null
        : new(nameof(EvaluationOptions.Bootstrap), FormattableString.Invariant(
            $"Bootstrap.Resamples × metrics must be at most {MostFigures} but is {resamples} × {metrics}; use fewer of either."));
}
