namespace MLNet.DeepExt.Statistics;

/// <summary>How many rows a dev set or a test set needs.</summary>
/// <remarks>
/// A set that is too small does not tell which of two models is better, however well all else is done; one that is larger than needed
/// holds rows that could be learned from.
/// </remarks>
public static class SetSize
{
    /// <summary>
    /// The rows with which two error rates are told apart, each measured on so many rows of its own:
    /// n = (z₁·√(2p̄(1 - p̄)) + z₂·√(a(1 - a) + b(1 - b)))² / (a - b)², with p̄ = (a + b)/2, z₁ the normal quantile of
    /// (1 + confidence)/2 and z₂ that of power.
    /// </summary>
    /// <param name="errorA">One error rate, in [0, 1].</param>
    /// <param name="errorB">The other, in [0, 1], not the same.</param>
    /// <param name="confidence">How often two models that are equally good are not taken for different, in (0, 1). Default 0.95.</param>
    /// <param name="power">
    /// How often the difference is found where it is there, in (0, 1), and no rarer than by chance. Default 0.8.
    /// </param>
    /// <returns>Rows of each of the two sets, rounded up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <remarks>
    /// Where both models are judged on the same rows, which is the usual case, <see cref="ToDistinguishOnSameRows"/> is exacter, and says
    /// fewer. Source: J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates and Proportions, 3rd edition, 2003, section 4.2.
    /// </remarks>
    /// <example>
    /// <code>
    /// long rows = SetSize.ToDistinguish(0.02, 0.025);    // 13,809
    /// </code>
    /// </example>
    public static long ToDistinguish(double errorA, double errorB, double confidence = 0.95, double power = 0.8)
    {
        Require(errorA, errorB, confidence, power);
        double mean = (errorA + errorB) / 2;
        return Rows(
            errorA - errorB, confidence, power, Math.Sqrt(2 * mean * (1 - mean)), Math.Sqrt(errorA * (1 - errorA) + errorB * (1 - errorB)));
    }

    /// <summary>
    /// The rows with which two error rates are told apart that are measured on the same rows, by McNemar's test:
    /// n = (z₁·√d + z₂·√(d - (a - b)²))² / (a - b)², where d is the share of rows that one model alone has wrong.
    /// </summary>
    /// <param name="errorA">One error rate, in [0, 1].</param>
    /// <param name="errorB">The other, in [0, 1], not the same.</param>
    /// <param name="disagreement">
    /// The share of rows that one model has right and the other wrong, from the difference of the rates to the most that they allow. Models
    /// that learned from the same rows often fail on the same ones; count on some.
    /// </param>
    /// <param name="confidence">How often two models that are equally good are not taken for different, in (0, 1). Default 0.95.</param>
    /// <param name="power">
    /// How often the difference is found where it is there, in (0, 1), and no rarer than by chance. Default 0.8.
    /// </param>
    /// <returns>Rows, rounded up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <remarks>
    /// Source: R. J. Connor, Sample Size for Testing Differences in Proportions for the Paired-Sample Design, Biometrics 43 (1987).
    /// </remarks>
    /// <example>
    /// <code>
    /// long rows = SetSize.ToDistinguishOnSameRows(0.02, 0.025, disagreement: 0.015);    // 4,707
    /// </code>
    /// </example>
    public static long ToDistinguishOnSameRows(
        double errorA, double errorB, double disagreement, double confidence = 0.95, double power = 0.8)
    {
        Require(errorA, errorB, confidence, power);
        double difference = errorA - errorB, least = Math.Abs(difference), most = Math.Min(errorA + errorB, 2 - errorA - errorB);
        // A bound that a caller computes has other last bits.
        if (!(disagreement >= least - 1e-12 && disagreement <= most + 1e-12))
        {
            throw OutOfRange(
                nameof(disagreement),
                FormattableString.Invariant($"disagreement must be from {least:0.####} to {most:0.####} with these rates ")
                    + FormattableString.Invariant($"but is {disagreement}; count rows that one alone has wrong."));
        }

        return Rows(
            difference, confidence, power, Math.Sqrt(disagreement), Math.Sqrt(Math.Max(0, disagreement - difference * difference)));
    }

    private static long Rows(double difference, double confidence, double power, double spreadIfEqual, double spreadIfNot)
    {
        double distance = NormalDistribution.Quantile((1 + confidence) / 2) * spreadIfEqual
            + NormalDistribution.Quantile(power) * spreadIfNot;
        double rows = Math.Ceiling(distance * distance / (difference * difference));
        return rows < long.MaxValue ? Math.Max(1, (long)rows) : throw new ArgumentOutOfRangeException(
            null, "The error rates are so close that no number of rows tells them apart; choose rates that differ by what matters to you.");
    }

    private static void Require(double errorA, double errorB, double confidence, double power)
    {
        RequireRate(errorA, nameof(errorA));
        RequireRate(errorB, nameof(errorB));
        if (errorA == errorB)
        {
            throw OutOfRange(
                nameof(errorB),
                FormattableString.Invariant($"errorA and errorB are both {errorA}, which no number of rows tells apart; ")
                    + "choose rates that differ by what matters to you.");
        }

        if (!(confidence > 0 && confidence < 1))
        {
            throw OutOfRange(
                nameof(confidence),
                FormattableString.Invariant($"confidence must be in (0, 1) but is {confidence}; 0.95 is the usual one."));
        }

        double chance = 1 - confidence;
        if (!(power > chance && power < 1))
        {
            throw OutOfRange(
                nameof(power),
                FormattableString.Invariant($"power must be above {chance:0.######}, which chance alone has, and below 1 but is {power}; ")
                    + "0.8 is the usual one.");
        }
    }

    private static void RequireRate(double rate, string name)
    {
        if (!(rate >= 0 && rate <= 1))
            throw OutOfRange(name, FormattableString.Invariant($"{name} must be in [0, 1] but is {rate}; 2 % is 0.02."));
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, string message) => new(name, message);
}
