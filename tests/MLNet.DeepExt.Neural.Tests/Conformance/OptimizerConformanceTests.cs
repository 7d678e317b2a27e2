using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>What every optimizer must do, whatever its kind. A new one is one more row.</summary>
[Trait("Spec", "A9")]
public sealed class OptimizerConformanceTests
{
    // Steps of descent and of momentum grow with the gradient, and the walls of the valley are a hundred times steeper than the bowl.
    private static readonly Dictionary<string, (Optimizer Optimizer, double RateInValley)> Table = new()
    {
        ["gradient descent"] = (new GradientDescent(0.15), 0.001),
        ["momentum"] = (new Momentum(0.15), 0.002),
        ["momentum with short memory"] = (new Momentum(0.15) { Beta = 0.5 }, 0.001),
        ["Nesterov"] = (new Nesterov(0.15), 0.002),
        ["RMSprop"] = (new RmsProp(0.002), 0.001),
        ["RMSprop with long memory"] = (new RmsProp(0.005) { Beta2 = 0.999 }, 0.001),
        ["Adam"] = (new Adam(0.05), 0.05),
        ["Adam with short memory"] = (new Adam(0.005) { Beta1 = 0.5, Beta2 = 0.9 }, 0.005),
        ["AdamW"] = (new AdamW(0.05), 0.05),
        ["momentum with corrected bias"] = (new Momentum(0.15) { CorrectBias = true }, 0.002),
        ["Lion"] = (new Lion(0.001), 0.0002),
        // Gradients of the bowl, of the valley and of the tests below are longer than 1.
        ["chain"] = (new Chain(new ClipByGlobalNorm(1), new Adam(0.05), new DecayWeights(0.005), new Lookahead()), 0.05),
        ["chain with a decay on a schedule"] = (
            new Chain(new ClipByValue(0.9), new Adam(0.05), new DecayWeights(0.001) { Schedule = new FlatCosine() }), 0.01),
        ["chain element by element"] = (new Chain(new ClipByValue(0.9), new Adam(0.05), new DecayWeights(0.001), new Lookahead()), 0.01),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    public static TheoryData<string> NamesOfElements =>
        [.. Table.Where(row => row.Value.Optimizer.Reach == TransformReach.Elements).Select(row => row.Key)];

    internal static IReadOnlyList<Optimizer> All => [.. Table.Values.Select(row => row.Optimizer)];

    [Fact]
    public void The_table_has_a_row_for_every_optimizer()
    {
        IEnumerable<Type> kinds = typeof(Optimizer).Assembly.GetTypes()
            .Where(type => type.IsSealed && type.IsSubclassOf(typeof(Optimizer)));
        // Muon is for matrices: TransformReferenceTests and NetworkUpdaterTests.
        Assert.Equal([typeof(Muon)], kinds.Except(Table.Values.Select(row => row.Optimizer.GetType())));
    }

    [Fact]
    public void Decay_and_clipping_of_the_rows_change_what_an_optimizer_does()
    {
        double[] gradient = Numbers.Uniform<double>(new Random(1), Lanes.Strip);
        Assert.NotEqual(FirstUpdate(new Adam(0.05), gradient, 0.05), FirstUpdate(new AdamW(0.05), gradient, 0.05));
        foreach (Chain chain in All.OfType<Chain>())
        {
            // Adam's first update has the scale of no gradient, plain descent's has.
            var plain = new Chain([.. chain.Links.Select(link => link is Adam ? new GradientDescent(0.05) : link)]);
            foreach (GradientTransform link in plain.Links.Where(link => link is GradientClipping or DecayWeights))
            {
                var without = new Chain([.. plain.Links.Where(other => other != link)]);
                Assert.NotEqual(FirstUpdate(without, gradient, 0.05), FirstUpdate(plain, gradient, 0.05));
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void It_finds_the_bottom_of_a_bowl(string name)
    {
        // J = ½ Σ c·(θ - t)², with curvatures c from 0.1 to 10.
        double[] target = [.. Enumerable.Range(0, Lanes.Strip).Select(i => Math.Sin(i))];
        double[] found = Minimize(
            Table[name].Optimizer, 2000, theta => [.. theta.Select((value, i) => Math.Pow(10, i % 3 - 1) * (value - target[i]))]);
        for (int i = 0; i < target.Length; i++)
            Assert.Equal(target[i], found[i], 1e-2);
    }

    [Theory, MemberData(nameof(Names))]
    public void It_follows_a_bent_valley(string name)
    {
        // Rosenbrock's function of each pair: 100·(y - x²)² + (1 - x)², lowest at (1, 1).
        double[] found = Minimize(Table[name].Optimizer with { LearningRate = Table[name].RateInValley }, 20_000, theta =>
        {
            var gradient = new double[theta.Length];
            for (int i = 0; i < theta.Length; i += 2)
            {
                (double x, double y) = (theta[i], theta[i + 1]);
                gradient[i] = -400 * x * (y - x * x) - 2 * (1 - x);
                gradient[i + 1] = 200 * (y - x * x);
            }

            return gradient;
        });
        Assert.All(found, value => Assert.Equal(1, value, 0.05));
    }

    [Theory, MemberData(nameof(Names))]
    public void Its_step_is_as_large_as_the_rate_of_the_step_says(string name)
    {
        Optimizer optimizer = Table[name].Optimizer;
        double[] gradient = Numbers.Uniform<double>(new Random(1), Lanes.Strip);
        double[] one = FirstUpdate(optimizer, gradient, 0.5), two = FirstUpdate(optimizer with { LearningRate = 77 }, gradient, 1);
        Close.Everywhere([.. one.Select(update => 2 * update)], two, 1e-15, "update");
        // And against the gradient.
        Assert.All(one.Zip(gradient), pair => Assert.True(pair.First * pair.Second > 0));
    }

    [Theory, MemberData(nameof(NamesOfElements))]
    public void Updating_range_by_range_is_updating_the_whole(string name)
    {
        Optimizer optimizer = Table[name].Optimizer;
        const int length = 5 * Lanes.Strip;
        float[] whole = new float[length], parts = new float[length], theta = Numbers.Uniform<float>(new Random(9), length);
        float[] state = new float[optimizer.StatesPerParameter * length], stateOfParts = new float[state.Length];
        for (int step = 1; step <= 3; step++)
        {
            Numbers.Uniform<float>(new Random(step), length).CopyTo(whole, 0);
            whole.CopyTo(parts, 0);
            TransformStep now = StepOf(step, 0.1);
            optimizer.Apply(whole, theta, new TransformState<float>(state, length, 0, length), now);
            foreach ((int from, int to) in new[] { (0, 16), (16, 64), (64, 80) })
            {
                optimizer.Apply(
                    parts.AsSpan(from, to - from), theta.AsSpan(from, to - from),
                    new TransformState<float>(stateOfParts, length, from, to - from), now);
            }
        }

        Assert.Equal(whole, parts);
        Assert.Equal(state, stateOfParts);
    }

    [Theory, MemberData(nameof(Names))]
    public void Float_walks_the_path_of_double(string name)
    {
        Optimizer optimizer = Table[name].Optimizer;
        float[] theta = Numbers.Uniform<float>(new Random(9), Lanes.Strip);
        double[] thetaInDouble = Array.ConvertAll(theta, value => (double)value);
        double[] stateInDouble = new double[optimizer.StatesPerParameter * Lanes.Strip];
        float[] state = new float[stateInDouble.Length];
        for (int step = 1; step <= 20; step++)
        {
            float[] update = Numbers.Uniform<float>(new Random(step), Lanes.Strip);
            double[] expected = Array.ConvertAll(update, value => (double)value);
            TransformStep now = StepOf(step, 1);
            optimizer.Apply(update, theta, new TransformState<float>(state, Lanes.Strip, 0, Lanes.Strip), now);
            optimizer.Apply(expected, thetaInDouble, new TransformState<double>(stateInDouble, Lanes.Strip, 0, Lanes.Strip), now);
            Close.Everywhere(expected, Array.ConvertAll(update, value => (double)value), 1e-5, $"step {step}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_parameter_whose_gradient_is_always_zero_stays(string name)
    {
        Assert.All(FirstUpdate(Table[name].Optimizer, new double[Lanes.Strip], 1), update => Assert.Equal(0, update));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_allocates_nothing(string name)
    {
        Optimizer optimizer = Table[name].Optimizer;
        float[] gradient = Numbers.Uniform<float>(new Random(1), Lanes.Strip), theta = new float[Lanes.Strip];
        var state = new float[optimizer.StatesPerParameter * Lanes.Strip];
        Assert.Equal(0, Allocation.AfterWarmUp(
            () => optimizer.Apply(gradient, theta, new TransformState<float>(state, Lanes.Strip, 0, Lanes.Strip), StepOf(1, 0.1))));
    }

    private static TransformStep StepOf(long number, double rate) => new(number, rate) { IsWeight = true, Rows = 1 };

    // Of parameters that are as the gradient, so that decay, too, goes its way.
    private static double[] FirstUpdate(Optimizer optimizer, double[] gradient, double rate)
    {
        double[] update = [.. gradient];
        var state = new double[optimizer.StatesPerParameter * Lanes.Strip];
        optimizer.Apply(update, gradient, new TransformState<double>(state, Lanes.Strip, 0, Lanes.Strip), StepOf(1, rate));
        return update;
    }

    private static double[] Minimize(Optimizer optimizer, int steps, Func<double[], double[]> gradientOf)
    {
        var theta = new double[Lanes.Strip];
        var state = new double[optimizer.StatesPerParameter * theta.Length];
        for (int step = 1; step <= steps; step++)
        {
            double[] update = gradientOf(theta);
            TransformStep now = StepOf(step, optimizer.LearningRate);
            optimizer.Apply(update, theta, new TransformState<double>(state, theta.Length, 0, theta.Length), now);
            Elementwise.Subtract<double>(update, theta);
        }

        return theta;
    }
}
