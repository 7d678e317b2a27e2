using System.Numerics;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Regularizers;

[Trait("Spec", "A4")]
public sealed class RegularizerTests
{
    private const double Rate = 0.1;

    private static readonly ReferenceValues Reference = ReferenceValues.Load("rules");

    public static TheoryData<string> Names => ["l2", "l1", "elastic_net"];

    [Fact]
    public void Every_kind_is_tested()
    {
        IEnumerable<Type> kinds = typeof(Regularizer).Assembly.GetTypes()
            .Where(type => type.IsSealed && type.IsSubclassOf(typeof(Regularizer)));
        Assert.Empty(kinds.Except(Names.Select(name => Create(name.Data, 1, 0.5).GetType())));
    }

    [Theory, MemberData(nameof(Names))]
    public void Plain_descent_ends_at_the_weights_of_scikit_learn(string name)
    {
        double[] x = Reference.Doubles("penalty.x"), y = Reference.Doubles("penalty.y"), expected = Reference.Doubles($"penalty.{name}");
        Regularizer regularizer = Create(name, Reference.Double("penalty.strength"), Reference.Double("penalty.l1_share"));
        int rows = y.Length;
        var optimizer = new GradientDescent(Rate);
        double[] w = new double[Lanes.Strip], gradient = new double[Lanes.Strip];
        for (int step = 1; step <= 3000; step++)
        {
            GradientOfSquaredError(x, y, w, gradient);
            if (regularizer.HasGradient)
                regularizer.AddGradient<double>(w, gradient, rows);
            optimizer.Apply(gradient, default, default, new TransformStep(step, Rate));
            if (regularizer.IsProximal)
                regularizer.Shrink<double>(gradient, w, Rate, rows);
            Elementwise.Subtract<double>(gradient, w);
        }

        Close.Everywhere(expected, w, 1e-9, name);
        // Where scikit-learn finds a zero there is one: not about 0, but 0.
        Assert.Equal(expected.Select(value => value == 0), w.Select(value => value == 0));
        Assert.Equal(name == "l2" ? 0 : name == "l1" ? 8 : 6, w.Count(value => value == 0));
    }

    [Fact]
    public void The_cost_is_that_of_the_course()
    {
        double[] w = [3, -4, .. new double[14]];
        // λ/(2m)·Σw² and λ/(2m)·Σ|w|.
        Assert.Equal(0.6 / 20 * 25, new L2(0.6).Penalty<double>(w, 10), 1e-15);
        Assert.Equal(0.6 / 20 * 7, new L1(0.6).Penalty<double>(w, 10), 1e-15);
        Assert.Equal(0.6 / 20 * (0.25 * 7 + 0.75 * 25), new ElasticNet(0.6, 0.25).Penalty<double>(w, 10), 1e-15);
        Assert.Equal(0.6 / 20 * 25, new L2(0.6).Penalty<float>(Array.ConvertAll(w, value => (float)value), 10), 1e-15);
    }

    [Fact]
    public void A_step_with_L2_shrinks_weights_as_the_course_says()
    {
        // W ← (1 - αλ/m)·W - α·(from backprop).
        double[] w = Numbers.Uniform<double>(new Random(1), Lanes.Strip), gradient = Numbers.Uniform<double>(new Random(2), Lanes.Strip);
        double[] expected = [.. w.Zip(gradient, (weight, g) => (1 - 0.1 * 0.6 / 10) * weight - 0.1 * g)];
        new L2(0.6).AddGradient<double>(w, gradient, 10);
        new GradientDescent().Apply(gradient, default, default, new TransformStep(1, 0.1));
        Elementwise.Subtract<double>(gradient, w);
        Close.Everywhere(expected, w, 1e-15, "weight");
    }

    [Fact]
    public void The_gradient_is_the_derivative_of_the_smooth_part_of_the_cost()
    {
        var regularizer = new ElasticNet(0.8, 0.3);
        double[] w = Numbers.Uniform<double>(new Random(3), Lanes.Strip);
        var gradient = new double[Lanes.Strip];
        regularizer.AddGradient<double>(w, gradient, 4);
        for (int i = 0; i < w.Length; i++)
        {
            double Cost(double shift)
            {
                double[] moved = [.. w];
                moved[i] += shift;
                return regularizer.Penalty<double>(moved, 4) - 0.8 * 0.3 / 8 * Math.Abs(moved[i]);
            }

            Assert.Equal((Cost(1e-5) - Cost(-1e-5)) / 2e-5, gradient[i], 1e-10);
        }
    }

    [Fact]
    public void A_proximal_step_takes_the_threshold_from_every_weight_and_stops_at_0()
    {
        ProximalStep<float>();
        ProximalStep<double>();
    }

    [Fact]
    public void Nothing_is_called_in_vain()
    {
        Assert.Equal((true, false), (new L2(1).HasGradient, new L2(1).IsProximal));
        Assert.Equal((false, true), (new L1(1).HasGradient, new L1(1).IsProximal));
        Assert.Equal((true, true), (new ElasticNet(1, 0.5).HasGradient, new ElasticNet(1, 0.5).IsProximal));
        Assert.Equal((true, false), (new ElasticNet(1, 0).HasGradient, new ElasticNet(1, 0).IsProximal));
        Assert.Equal((false, true), (new ElasticNet(1, 1).HasGradient, new ElasticNet(1, 1).IsProximal));
    }

    [Theory, MemberData(nameof(Names))]
    public void Padding_stays_0_and_what_is_no_number_shows(string name)
    {
        Regularizer regularizer = Create(name, 1, 0.5);
        float[] w = new float[Lanes.Strip], gradient = new float[Lanes.Strip];
        w[3] = float.NaN;
        if (regularizer.HasGradient)
            regularizer.AddGradient<float>(w, gradient, 1);
        if (regularizer.IsProximal)
            regularizer.Shrink<float>(gradient, w, 0.1, 1);
        Assert.Equal(double.NaN, regularizer.Penalty<float>(w, 1));
        Assert.Equal(float.NaN, gradient[3]);
        w[3] = gradient[3] = 0;
        // Not -0 either.
        Assert.All(w.Concat(gradient), value => Assert.Equal(0u, BitConverter.SingleToUInt32Bits(value)));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_allocates_nothing(string name)
    {
        Regularizer regularizer = Create(name, 1, 0.5);
        float[] w = new float[Lanes.Strip], gradient = new float[Lanes.Strip];
        double sum = 0;
        Assert.Equal(0, Allocation.AfterWarmUp(() =>
        {
            sum += regularizer.Penalty<float>(w, 1);
            regularizer.AddGradient<float>(w, gradient, 1);
            regularizer.Shrink<float>(gradient, w, 0.1, 1);
        }));
        Assert.Equal(0, sum);
    }

    [Fact]
    public void Impossible_strengths_are_refused()
    {
        Assert.Equal("Lambda of L2 must be above 0 but is 0; use no regularizer for no penalty.", MessageOf(new L2(0)));
        Assert.Equal("Lambda of L1 must be above 0 but is -1; use no regularizer for no penalty.", MessageOf(new L1(-1)));
        Assert.Equal(
            "Lambda of ElasticNet must be above 0 but is NaN; use no regularizer for no penalty.",
            MessageOf(new ElasticNet(double.NaN, 0.5)));
        Assert.Equal(
            "L1Share of ElasticNet must be in [0, 1] but is 1.5; 1 is L1 alone, 0 is L2 alone.", MessageOf(new ElasticNet(1, 1.5)));
    }

    private static void ProximalStep<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // τ = α·λ/(2m) = 0.5·4/(2·8) = 0.125; sixteenths are exact.
        double[] before = [1, -1, 0.125, -0.125, 0.1875, -0.1875, 0.0625, -0.0625, 0, 2, -2, 0.25, -0.25, 100, -100, 0.5];
        double[] after = [0.875, -0.875, 0, 0, 0.0625, -0.0625, 0, 0, 0, 1.875, -1.875, 0.125, -0.125, 99.875, -99.875, 0.375];
        using var weights = GuardedMemory<T>.Of(Array.ConvertAll(before, value => T.CreateTruncating(value)));
        using var update = GuardedMemory<T>.Of(new T[before.Length]);
        new L1(4).Shrink<T>(update.Span, weights.Span, 0.5, 8);
        Elementwise.Subtract<T>(update.Span, weights.Span);
        Assert.Equal(after, Array.ConvertAll(weights.Span.ToArray(), value => double.CreateTruncating(value)));
    }

    // Of Σ(y - xw)²/(2m): x is (m, 16).
    private static void GradientOfSquaredError(double[] x, double[] y, double[] w, double[] gradient)
    {
        Array.Clear(gradient);
        for (int row = 0; row < y.Length; row++)
        {
            ReadOnlySpan<double> inputs = x.AsSpan(row * w.Length, w.Length);
            double error = -y[row];
            for (int i = 0; i < w.Length; i++)
                error += inputs[i] * w[i];
            for (int i = 0; i < w.Length; i++)
                gradient[i] += error * inputs[i] / y.Length;
        }
    }

    private static Regularizer Create(string name, double strength, double l1Share) => name switch
    {
        "l2" => new L2(strength),
        "l1" => new L1(strength),
        "elastic_net" => new ElasticNet(strength, l1Share),
        _ => throw new ArgumentException(name),
    };

    private static string MessageOf(Regularizer regularizer) => Assert.Throws<ArgumentException>(regularizer.Validate).WithoutParameter();
}
