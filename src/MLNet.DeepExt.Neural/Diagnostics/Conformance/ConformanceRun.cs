using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>Collects the checks of one kind. A check that throws has failed; later checks still run.</summary>
internal sealed class ConformanceRun(object kind)
{
    private const int MostRounds = 500;

    private readonly List<ConformanceCheck> _checks = [];

    /// <summary>Random numbers, the same in every run.</summary>
    public static CounterRandom Random { get; } = new(1);

    /// <summary>The report of the checks so far.</summary>
    public ConformanceReport Report => new(kind.ToString() ?? kind.GetType().Name, _checks);

    /// <summary>Runs a check that passes or fails.</summary>
    /// <param name="name">The property that is checked.</param>
    /// <param name="fault">Returns the fault; null if there is none.</param>
    public void Holds(string name, Func<string?> fault) => Add(name, () =>
        fault() is { } wrong ? (ConformanceOutcome.Failed, wrong) : (ConformanceOutcome.Passed, ""));

    /// <summary>Runs a check that a value is small.</summary>
    /// <param name="name">The property that is checked.</param>
    /// <param name="limit">The largest value that passes.</param>
    /// <param name="figure">Computes the value.</param>
    public void AtMost(string name, double limit, Func<double> figure) => Add(name, () =>
    {
        double value = figure();
        // NaN is not small.
        string figures = FormattableString.Invariant($"{value:0.0e+00} of {limit:0.0e+00}");
        return (value <= limit ? ConformanceOutcome.Passed : ConformanceOutcome.Failed, figures);
    });

    /// <summary>Runs a check of an optional feature, which is missing if the check throws <see cref="NotSupportedException"/>.</summary>
    /// <param name="name">The property that is checked.</param>
    /// <param name="fault">Returns the fault; null if there is none.</param>
    public void Optional(string name, Func<string?> fault) => Add(name, () =>
    {
        try
        {
            return fault() is { } wrong ? (ConformanceOutcome.Failed, wrong) : (ConformanceOutcome.Passed, "");
        }
        catch (NotSupportedException exception)
        {
            return (ConformanceOutcome.Missing, exception.Message);
        }
    });

    /// <summary>Runs a check that nothing is allocated.</summary>
    /// <param name="name">The property that is checked.</param>
    /// <param name="work">The work.</param>
    public void AllocatesNothing(string name, Action work) => Holds($"{name} allocates nothing", () =>
    {
        for (int i = 0; i < 3; i++)
            work();
        // The work allocates equally in every round, while the runtime may allocate in some of them. Code that is not optimized yet may box values,
        // so there are rounds enough for the runtime to optimize it.
        long least = long.MaxValue;
        for (int round = 0; round < MostRounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 20; i++)
                work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least == 0 ? null : FormattableString.Invariant($"it allocates {least / 20} bytes each time");
    });

    /// <summary>Runs the checks that a kind is equal after saving and loading, or is not registered.</summary>
    /// <param name="value">The kind.</param>
    public void IsSaved<TFamily>(TFamily value)
        where TFamily : class => Add("a file gives it back equal", () =>
    {
        string json;
        try
        {
            json = KindRegistry.ToJson(value);
        }
        catch (InvalidOperationException exception)
        {
            return (ConformanceOutcome.Missing, exception.Message);
        }

        TFamily other = KindRegistry.FromJson<TFamily>(json);
        return other.Equals(value) && other.GetHashCode() == value.GetHashCode()
            ? (ConformanceOutcome.Passed, "")
            : (ConformanceOutcome.Failed, $"{json} is read as {other}");
    });

    /// <summary>Runs a check.</summary>
    public void Add(string name, Func<(ConformanceOutcome Outcome, string Detail)> check)
    {
        try
        {
            (ConformanceOutcome outcome, string detail) = check();
            _checks.Add(new ConformanceCheck(name, outcome, detail));
        }
        catch (Exception exception)
        {
            _checks.Add(new ConformanceCheck(name, ConformanceOutcome.Failed, $"{exception.GetType().Name}: {exception.Message}"));
        }
    }

    /// <summary>‖a - b‖₂ / (‖a‖₂ + ‖b‖₂), 0 if both are 0.</summary>
    public static double RelativeDifference(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double difference = 0, first = 0, second = 0;
        for (int i = 0; i < a.Length; i++)
        {
            difference += (a[i] - b[i]) * (a[i] - b[i]);
            first += a[i] * a[i];
            second += b[i] * b[i];
        }

        return difference == 0 ? 0 : Math.Sqrt(difference) / (Math.Sqrt(first) + Math.Sqrt(second));
    }
}
