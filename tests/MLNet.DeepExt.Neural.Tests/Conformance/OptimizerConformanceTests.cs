using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Optimizers;

namespace MLNet.DeepExt.Neural.Tests.Conformance;

/// <summary>What every optimizer must do, whatever its kind. A new one is one more row.</summary>
public sealed class OptimizerConformanceTests
{
    private static readonly Dictionary<string, Optimizer> Table = new()
    {
        ["Adam"] = new Adam(0.05),
        ["Adam with short memory"] = new Adam(0.005) { Beta1 = 0.5, Beta2 = 0.9 },
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Fact]
    public void The_table_has_a_row_for_every_optimizer()
    {
        IEnumerable<Type> kinds = typeof(Optimizer).Assembly.GetTypes().Where(type => type.IsSealed && type.IsSubclassOf(typeof(Optimizer)));
        Assert.Empty(kinds.Except(Table.Values.Select(optimizer => optimizer.GetType())));
    }

    [Theory, MemberData(nameof(Names))]
    public void It_finds_the_bottom_of_a_bowl(string name)
    {
        // J = ½ Σ c·(θ - t)², with curvatures c from 0.1 to 10.
        double[] target = [.. Enumerable.Range(0, Lanes.Strip).Select(i => Math.Sin(i))];
        double[] found = Minimize(name, 2000, theta => [.. theta.Select((value, i) => Math.Pow(10, i % 3 - 1) * (value - target[i]))]);
        for (int i = 0; i < target.Length; i++)
            Assert.Equal(target[i], found[i], 1e-2);
    }

    [Theory, MemberData(nameof(Names))]
    public void It_follows_a_bent_valley(string name)
    {
        // Rosenbrock's function of each pair: 100·(y - x²)² + (1 - x)², lowest at (1, 1).
        double[] found = Minimize(name, 20_000, theta =>
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

    private static double[] Minimize(string name, int steps, Func<double[], double[]> gradientOf)
    {
        Optimizer optimizer = Table[name];
        var theta = new double[Lanes.Strip];
        var state = new double[optimizer.StatesPerParameter * theta.Length];
        for (int step = 1; step <= steps; step++)
        {
            double[] update = gradientOf(theta);
            optimizer.Transform(update, new OptimizerState<double>(state, theta.Length, 0, theta.Length), new UpdateStep(step, optimizer.LearningRate));
            Elementwise.Subtract<double>(update, theta);
        }

        return theta;
    }
}
