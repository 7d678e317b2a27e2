namespace MLNet.DeepExt.Statistics;

/// <summary>How likely the counts of two categories in two samples are, whatever the counts.</summary>
/// <remarks>Source: R. A. Fisher, The Logic of Inductive Inference, Journal of the Royal Statistical Society 98 (1935).</remarks>
internal static class FisherExact
{
    private const double Rounding = 1e-7; // so much more likely is as likely

    /// <summary>
    /// The two-sided p-value: the sum of the hypergeometric probabilities of all tables with the same sums that are no more likely.
    /// </summary>
    /// <param name="one">How many of one category are in each sample.</param>
    /// <param name="other">How many of the other.</param>
    public static double PValue((long First, long Second) one, (long First, long Second) other)
    {
        long first = one.First + other.First, second = one.Second + other.Second, ofOne = one.First + one.Second;
        double observed = Probability(one.First), sum = 0;
        for (long count = Math.Max(0, ofOne - second); count <= Math.Min(ofOne, first); count++)
        {
            if (Probability(count) is var probability && probability <= observed * (1 + Rounding))
                sum += probability;
        }

        return Math.Min(1, sum);

        // That so many of the first sample are of the one category.
        double Probability(long count) => Math.Exp(
            LogChoices(first, count) + LogChoices(second, ofOne - count) - LogChoices(first + second, ofOne));
    }

    // ln of n over k.
    private static double LogChoices(long n, long k) => LogGamma.Of(n + 1) - LogGamma.Of(k + 1) - LogGamma.Of(n - k + 1);
}
