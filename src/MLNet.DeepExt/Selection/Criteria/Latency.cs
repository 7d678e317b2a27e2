using System.Globalization;
using System.Text.Json.Serialization;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Selection;

/// <summary>
/// How long a prediction takes on this machine, in milliseconds: of many calls, the time that <see cref="Percentile"/> % of them do not
/// exceed.
/// </summary>
/// <remarks>
/// <para>
/// A call predicts <see cref="Rows"/> rows, the next ones each time. With one row it goes the way of a <c>PredictionEngine</c>: a row of
/// the model is made once, and each call moves it on and reads Score, Probability, PredictedLabel and Quantiles, whichever the model makes,
/// or else all columns that it makes; what it passes on from its input is not read. (A model that does not map row by row is measured as
/// with several rows.) With several rows a call is <c>Transform</c>, a cursor, and the same columns of every row.
/// </para>
/// <para>
/// The rows are the first 1,000 of the dev rows, or as many as a call predicts, held in memory before: the time to read a file is not in
/// it, but all transformers of the model are. Fewer rows are repeated. Calls follow one another on one thread. Before any is timed, calls
/// are made so that the runtime has time to compile better code: <see cref="WarmUpCalls"/> at least, and for <see cref="MinimumTime"/>,
/// whichever is longer. The percentile is by nearest rank, so it is the time of some call. Garbage is not collected before a call; where a
/// collection falls into one, its time is part of it, as it is for who waits for the answer.
/// </para>
/// <para>
/// It is a figure of a machine and of what else it is doing: it differs from run to run, and is of use only where all candidates are
/// measured on the same quiet machine, best the one that they are to run on. Figures that differ by less than <see cref="Resolution"/> or
/// <see cref="ResolutionMilliseconds"/> are therefore equal where candidates are compared for the Pareto front. A bound of a constraint is
/// exact, and so is the order of figures where latency is optimized.
/// </para>
/// <para>
/// A measurement takes a second or more by default. A search measures latency last, and only of trials that can still win.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Criterion ofPages = new Latency { Rows = 50, Percentile = 99 };
/// </code>
/// </example>
public sealed record Latency : Criterion
{
    private const int MostHeldRows = 1_000;
    private const int MostRows = 1_000_000;
    private const int MostCalls = 10_000_000;
    private const long MostRowsOfCalls = 1_000_000_000;

    private static readonly TimeSpan MostTime = TimeSpan.FromDays(1);

    /// <summary>The share of calls, in percent, that take no longer; in (0, 100], and 100 is the slowest. Default 95.</summary>
    public double Percentile { get; init; } = 95;

    /// <summary>
    /// How many rows a call predicts, from 1 to 1,000,000; they are held in memory. Rows × <see cref="Calls"/> and Rows × <see
    /// cref="WarmUpCalls"/> are at most 1,000,000,000 each. Default 1.
    /// </summary>
    public int Rows { get; init; } = 1;

    /// <summary>
    /// How many calls come before those that are timed, from 0 to 10,000,000; more, where <see cref="MinimumTime"/> is not over. Default 100.
    /// </summary>
    public int WarmUpCalls { get; init; } = 100;

    /// <summary>How many calls are timed at least, from 1 to 10,000,000. Default 200.</summary>
    public int Calls { get; init; } = 200;

    /// <summary>
    /// How long the calls before those that are timed take at least, and then those that are, from 0 to <see cref="MaximumTime"/>. They end
    /// earlier after 10,000,000 calls. Default half a second.
    /// </summary>
    public TimeSpan MinimumTime { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// After how long either ends with fewer calls, though one is timed in any case; from <see cref="MinimumTime"/> to one day. Default 10
    /// seconds. The percentile of few calls is that of their slowest.
    /// </summary>
    public TimeSpan MaximumTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The relative difference up to which two figures are equal on a Pareto front, as a share of the larger one, in [0, 1). Default 0.1:
    /// repeated measurements of one model on a quiet machine often differ by as much. 0 compares exactly.
    /// </summary>
    [JsonIgnore]
    public double Resolution { get; init; } = 0.1;

    /// <summary>
    /// The difference, in milliseconds, up to which two figures are equal on a Pareto front, at least 0. Default 0.01: the time of calls of a
    /// few microseconds is mostly that of the call itself. 0 leaves it to <see cref="Resolution"/>.
    /// </summary>
    [JsonIgnore]
    public double ResolutionMilliseconds { get; init; } = 0.01;

    /// <inheritdoc/>
    public override string Name => Percentile == 95 && Rows == 1 ? "latency ms" : Description;

    /// <inheritdoc/>
    public override bool HigherIsBetter => false;

    internal override string Description => FormattableString.Invariant(
        $"latency ms ({Ordinal(Percentile)} percentile, {Rows} {(Rows == 1 ? "row" : "rows")})");

    internal override bool IsCostly => true;

    internal override (double Minimum, double Maximum) ValueRange => (0, double.PositiveInfinity);

    /// <summary>What the time is taken by.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    internal override OptionFault? FindFault()
    {
        if (!(Percentile > 0 && Percentile <= 100))
            return Fault(nameof(Percentile), $"must be in (0, 100] but is {Percentile}; 95 is the default");
        if (Rows is < 1 or > MostRows)
            return Fault(nameof(Rows), $"must be from 1 to {MostRows} but is {Rows}; 1 is the default");
        if (WarmUpCalls is < 0 or > MostCalls)
            return Fault(nameof(WarmUpCalls), $"must be from 0 to {MostCalls} but is {WarmUpCalls}; 100 is the default");
        if (Calls is < 1 or > MostCalls)
            return Fault(nameof(Calls), $"must be from 1 to {MostCalls} but is {Calls}; 200 is the default");
        if ((FaultOfProduct(nameof(Calls), Calls) ?? FaultOfProduct(nameof(WarmUpCalls), WarmUpCalls)) is { } ofProduct)
            return ofProduct;
        if (MinimumTime < TimeSpan.Zero)
            return Fault(nameof(MinimumTime), $"must be at least 0 but is {MinimumTime}; half a second is the default");
        if (MaximumTime < MinimumTime)
            return Fault(nameof(MaximumTime), $"must be at least MinimumTime, {MinimumTime}, but is {MaximumTime}; 10 seconds is the default");
        if (MaximumTime > MostTime)
            return Fault(nameof(MaximumTime), $"must be at most 1 day but is {MaximumTime}; 10 seconds is the default");
        if (!(Resolution >= 0 && Resolution < 1))
            return Fault(nameof(Resolution), $"must be in [0, 1) but is {Resolution}; 0.1 is the default");
        return ResolutionMilliseconds >= 0
            ? null
            : Fault(nameof(ResolutionMilliseconds), $"must be at least 0 but is {ResolutionMilliseconds}; 0.01 is the default");
    }

    internal override bool AreIndistinct(double one, double other) =>
        one == other || Math.Abs(one - other) <= Math.Max(ResolutionMilliseconds, Resolution * Math.Max(Math.Abs(one), Math.Abs(other)));

    internal override MeasuredFigure Measure(ModelMeasurement model)
    {
        EvaluationOptions options = model.Options;
        using var calls = new PredictionCalls(
            model.Host, model.Model, model.Dev,
            [
                options.ScoreColumnName ?? "", options.ProbabilityColumnName ?? "", options.PredictedLabelColumnName ?? "",
                options.QuantilesColumnName ?? "",
            ],
            rowsPerCall: Rows, heldRows: Math.Max(MostHeldRows, Rows));
        return new MeasuredFigure(TimeOf(calls.Predict, model.Host.ThrowIfCancelled));
    }

    /// <summary>The percentile of the time of a call, in milliseconds.</summary>
    /// <param name="call">What is timed.</param>
    /// <param name="between">What is called before each call, and is not timed.</param>
    internal double TimeOf(Action call, Action between)
    {
        Repeat(WarmUpCalls, call, between, static _ => { });
        var times = new List<double>();
        Repeat(Calls, call, between, times.Add);
        times.Sort();
        return times[Math.Clamp((int)Math.Ceiling(Percentile / 100 * times.Count), 1, times.Count) - 1];
    }

    private static OptionFault Fault(string option, FormattableString fault) =>
        new(option, $"{option} of Latency {FormattableString.Invariant(fault)}.");

    private OptionFault? FaultOfProduct(string option, int calls) => (long)Rows * calls <= MostRowsOfCalls
        ? null
        : new(option, FormattableString.Invariant($"Rows × {option} of Latency must be at most {MostRowsOfCalls} but is {Rows} × {calls}; ")
            + "use fewer of either.");

    private void Repeat(int leastCalls, Action call, Action between, Action<double> observe)
    {
        long first = Clock.GetTimestamp();
        double least = MinimumTime.TotalMilliseconds, most = MaximumTime.TotalMilliseconds, passed = 0;
        for (int calls = 0; calls < MostCalls && (calls < leastCalls || passed < least) && (calls == 0 || passed < most); calls++)
        {
            between();
            long start = Clock.GetTimestamp();
            call();
            long end = Clock.GetTimestamp();
            observe(Milliseconds(end - start));
            passed = Milliseconds(end - first);
        }
    }

    private double Milliseconds(long ticks) => 1000.0 * ticks / Clock.TimestampFrequency;

    private static string Ordinal(double percentile)
    {
        string ending = (percentile % 100, percentile % 10) switch
        {
            (not 11, 1) => "st",
            (not 12, 2) => "nd",
            (not 13, 3) => "rd",
            _ => "th",
        };
        return percentile.ToString(CultureInfo.InvariantCulture) + ending;
    }
}
