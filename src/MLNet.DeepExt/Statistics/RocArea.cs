namespace MLNet.DeepExt.Statistics;

/// <summary>The chance that a score of one sample is above one of another, equal ones counting half, and how sure it is.</summary>
/// <param name="Area">The area under the ROC curve.</param>
/// <param name="Variance">The variance of the area, over samples of the same sizes.</param>
/// <remarks>
/// Source: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Comparing the Areas under Two or More Correlated Receiver Operating
/// Characteristic Curves, Biometrics 44 (1988).
/// </remarks>
internal readonly record struct RocArea(double Area, double Variance)
{
    /// <summary>Measures it.</summary>
    /// <param name="no">(no), at least two; sorted on return.</param>
    /// <param name="yes">(yes), at least two; sorted on return.</param>
    public static RocArea Of(Span<float> no, Span<float> yes)
    {
        no.Sort();
        yes.Sort();
        (double mean, double ofYes) = Placements(yes, no);
        (_, double ofNo) = Placements(no, yes);
        return new RocArea(mean, ofYes / yes.Length + ofNo / no.Length);
    }

    // The share of the others that each score is above: mean and variance.
    private static (double Mean, double Variance) Placements(ReadOnlySpan<float> scores, ReadOnlySpan<float> others)
    {
        double sum = 0, squares = 0;
        int below = 0, upTo = 0;
        foreach (float score in scores)
        {
            while (below < others.Length && others[below] < score)
                below++;
            while (upTo < others.Length && others[upTo] <= score)
                upTo++;
            double place = (below + upTo) / (2.0 * others.Length);
            sum += place;
            squares += place * place;
        }

        double mean = sum / scores.Length;
        return (mean, Math.Max(0, squares - sum * mean) / (scores.Length - 1));
    }
}
