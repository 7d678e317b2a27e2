using System.Globalization;

namespace MLNet.DeepExt.Statistics;

/// <summary>Between which bounds an error rate is, of which a set of rows has shown a sample.</summary>
/// <param name="Error">The share of wrong rows in the sample.</param>
/// <param name="Lower">The lower bound.</param>
/// <param name="Upper">The upper bound.</param>
/// <param name="Confidence">How often such bounds hold the true rate between them.</param>
/// <example>
/// <code>
/// Console.WriteLine(ErrorInterval.Wilson(errors: 24, rows: 1200));    // 2.00 % (1.3476 % to 2.9587 %, confidence 95 %)
/// </code>
/// </example>
public readonly record struct ErrorInterval(double Error, double Lower, double Upper, double Confidence)
{
    /// <summary>
    /// The rates p that lie within z·√(p(1 - p)/n) of the measured one. On the average over rates it holds as often as Confidence says,
    /// and it is never outside [0, 1]: the one to use.
    /// </summary>
    /// <param name="errors">Wrong rows, from 0 to <paramref name="rows"/>.</param>
    /// <param name="rows">All rows, at least 1.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <remarks>
    /// Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, Journal of the American Statistical
    /// Association 22 (1927).
    /// </remarks>
    public static ErrorInterval Wilson(long errors, long rows, double confidence = 0.95)
    {
        Require(errors, rows, confidence);
        double n = rows, error = errors / n, z = NormalDistribution.Quantile((1 + confidence) / 2), square = z * z;
        double middle = (errors + square / 2) / (n + square);
        double halfWidth = z / (n + square) * Math.Sqrt(errors * (1 - error) + square / 4);
        // At the ends the two cancel, but for the last bits.
        return new ErrorInterval(
            error, errors == 0 ? 0 : middle - halfWidth, errors == rows ? 1 : middle + halfWidth, confidence);
    }

    /// <summary>
    /// The rates of which neither so few errors nor so many are less likely than (1 - confidence)/2. It holds at least as often as
    /// Confidence says, whatever the rate, and is wider for it: for guarantees.
    /// </summary>
    /// <param name="errors">Wrong rows, from 0 to <paramref name="rows"/>.</param>
    /// <param name="rows">All rows, at least 1.</param>
    /// <param name="confidence">In (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; the message names it, and the remedy.</exception>
    /// <remarks>
    /// Source: C. J. Clopper and E. S. Pearson, The Use of Confidence or Fiducial Limits Illustrated in the Case of the Binomial,
    /// Biometrika 26 (1934).
    /// </remarks>
    public static ErrorInterval ClopperPearson(long errors, long rows, double confidence = 0.95)
    {
        Require(errors, rows, confidence);
        double tail = (1 - confidence) / 2;
        return new ErrorInterval(
            (double)errors / rows,
            errors == 0 ? 0 : IncompleteBeta.Inverse(errors, rows - errors + 1, tail),
            errors == rows ? 1 : 1 - IncompleteBeta.Inverse(rows - errors, errors + 1, tail),
            confidence);
    }

    /// <summary>A line such as <c>2.00 % (1.3476 % to 2.9587 %, confidence 95 %)</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{100 * Error:0.00##} % ({100 * Lower:0.00##} % to {100 * Upper:0.00##} %, confidence {100 * Confidence:0.###} %)");

    private static void Require(long errors, long rows, double confidence)
    {
        if (rows < 1)
            throw OutOfRange(nameof(rows), $"rows must be at least 1 but is {rows}; an error rate is measured on some.");
        if (errors < 0 || errors > rows)
            throw OutOfRange(nameof(errors), $"errors must be from 0 to rows, {rows}, but is {errors}; count the wrong ones among them.");
        if (!(confidence > 0 && confidence < 1))
            throw OutOfRange(nameof(confidence), $"confidence must be in (0, 1) but is {confidence}; 0.95 is the usual one.");
    }

    private static ArgumentOutOfRangeException OutOfRange(string name, FormattableString message) =>
        new(name, FormattableString.Invariant(message));
}
