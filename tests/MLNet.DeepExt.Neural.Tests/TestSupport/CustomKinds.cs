using System.Text.Json.Serialization;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>One kind of each family as a user writes it, each with an option that makes it wrong.</summary>
[JsonSerializable(typeof(LogCosh))]
[JsonSerializable(typeof(ShareWithin))]
[JsonSerializable(typeof(Sharpened))]
[JsonSerializable(typeof(Triangle))]
[JsonSerializable(typeof(LogPenalty))]
[JsonSerializable(typeof(Signs))]
[JsonSerializable(typeof(OtherSigns))]
internal sealed partial class CustomKinds : JsonSerializerContext
{
    /// <summary>Registers them.</summary>
    public static void Register()
    {
        KindRegistry.Register(Default.LogCosh);
        KindRegistry.Register(Default.ShareWithin);
        KindRegistry.Register(Default.Sharpened);
        KindRegistry.Register(Default.Triangle);
        KindRegistry.Register(Default.LogPenalty, "Logarithmic");
        KindRegistry.Register(Default.Signs);
    }
}

/// <summary>The mean of log cosh(z - t).</summary>
internal abstract record LogCoshBase : Loss
{
    public double Slope { get; init; } = 1;

    public bool TakesClasses { get; init; }

    public override void Validate(int outputs) => ArgumentOutOfRangeException.ThrowIfNegative(Slope);

    public override string? FaultOfClass(int outputs, int label) => TakesClasses ? null : "LogCosh compares numbers; give numbers as the target";

    public override string? FaultOfWidth(int outputs, int width) => width == outputs ? null : $"the network has {outputs} outputs";

    public override string? FaultOfValue(double value) => double.IsFinite(value) ? null : "it must be finite";

    public override double LogitOf(double mean, int target) => mean;

    protected override void Compute<T>(in LossLines<T> lines)
    {
        for (int line = lines.From; line < lines.To; line++)
        {
            ReadOnlySpan<T> z = lines.LogitsOf(line), t = lines.ValuesOf(line);
            Span<T> gradient = lines.GradientOf(line);
            double cost = 0, scale = Slope * lines.ScaleOf(line, parts: z.Length);
            for (int j = 0; j < z.Length; j++)
            {
                double d = double.CreateTruncating(z[j] - t[j]);
                cost += Math.Abs(d) + Math.Log((1 + Math.Exp(-2 * Math.Abs(d))) / 2);
                if (lines.WantsGradient)
                    gradient[j] = T.CreateTruncating(scale * Math.Tanh(d));
            }

            lines.SetCost(line, cost / z.Length);
        }
    }

    protected internal override void Activate<T>(ReadOnlySpan<T> logits, Span<T> outputs, int width) => logits.CopyTo(outputs);
}

/// <summary>One that is registered.</summary>
internal sealed record LogCosh : LogCoshBase;

/// <summary>One that no test registers.</summary>
internal sealed record Unregistered : LogCoshBase;

/// <summary>The share of numbers that are predicted within a tolerance.</summary>
internal sealed record ShareWithin(double Tolerance, bool IsWrong = false) : Metric
{
    public override string Name => FormattableString.Invariant($"share within {Tolerance}");

    public override bool HigherIsBetter => true;

    public override MetricInput Input => MetricInput.Numbers;

    public override (double Minimum, double Maximum) ValueRange => IsWrong ? (2, 3) : (0, 1);

    public override string? FaultOf(int outputs, int targetWidth) => FaultOfNumbers(outputs, targetWidth);

    public override Measurement Begin(int outputs, int targetWidth) => new Shares(Tolerance);

    private sealed class Shares(double tolerance) : Measurement
    {
        private double _within;
        private double _all;

        protected override double ValueOfRows => _within / _all;

        protected override void ClearRows() => _within = _all = 0;

        protected override void AddRow(ReadOnlySpan<float> outputs, Target<float> target, int row, double weight)
        {
            ReadOnlySpan<float> values = target.Values!.Row(row);
            for (int j = 0; j < values.Length; j++)
            {
                _within += Math.Abs(outputs[j] - values[j]) <= tolerance ? weight : 0;
                _all += weight;
            }
        }
    }
}

/// <summary>sign(g)·|g|ᵖ.</summary>
internal sealed record Sharpened(double Power, bool IsWrong = false) : GradientTransform
{
    public override int StatesPerParameter => 0;

    public override TransformReach Reach => TransformReach.Elements;

    public override void Apply<T>(Span<T> gradient, ReadOnlySpan<T> parameters, TransformState<T> state, in TransformStep step)
    {
        foreach (ref T value in gradient)
        {
            double g = double.CreateTruncating(value);
            value = T.CreateTruncating(IsWrong ? Math.Max(0.1, 0) : Math.CopySign(Math.Pow(Math.Abs(g), Power), g));
        }
    }

    public override void Validate() => ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Power);
}

/// <summary>Up and down between 0.1 and 1.</summary>
internal sealed record Triangle(int Period, bool IsWrong = false) : Schedule
{
    private static int _calls;

    public override bool NeedsValidation => false;

    public override double Factor(in TrainingTime time) =>
        IsWrong ? ++_calls : 0.1 + 0.9 * Math.Abs((time.Step % Period / (double)Period * 2) - 1);

    public override void Validate() => ArgumentOutOfRangeException.ThrowIfLessThan(Period, 2);
}

/// <summary>λ/(2m)·Σ log(1 + W²).</summary>
internal sealed record LogPenalty(double Lambda, double Slope = 1) : Regularizer
{
    public override double Penalty<T>(ReadOnlySpan<T> weights, int rows)
    {
        double sum = 0;
        foreach (T weight in weights)
            sum += Math.Log(1 + double.CreateTruncating(weight * weight));
        return Lambda / (2.0 * rows) * sum;
    }

    public override void AddGradient<T>(ReadOnlySpan<T> weights, Span<T> gradient, int rows)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            double weight = double.CreateTruncating(weights[i]);
            gradient[i] += T.CreateTruncating(Slope * Lambda / rows * weight / (1 + weight * weight));
        }
    }

    public override void Validate() => ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Lambda);
}

/// <summary>Weights of one size and of random sign.</summary>
internal sealed record Signs(double Size) : Initializer
{
    public override double StandardDeviation(int inputs, int units) => Size;

    public override double Draw(CounterRandom random, ulong counter) => random.Below(2, counter) == 0 ? -1 : 1;
}

/// <summary>A second kind with the options of the one before it, to be registered by its name.</summary>
internal sealed record OtherSigns(double Size) : Initializer
{
    public override double StandardDeviation(int inputs, int units) => Size;

    public override double Draw(CounterRandom random, ulong counter) => random.Below(2, counter) == 0 ? -1 : 1;
}
