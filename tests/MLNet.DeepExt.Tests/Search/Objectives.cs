using Microsoft.ML;
using MLNet.DeepExt.Search;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>Functions that are to be minimized, and searches for their minimum.</summary>
internal static class Objectives
{
    private static readonly double[] HartmannHeights = [1, 1.2, 3, 3.2];

    private static readonly double[][] HartmannWidths =
        [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]];

    private static readonly double[][] HartmannCenters =
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
        [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
        [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];

    /// <summary>Branin's function of two numbers: three minima of 0.397887, at (-π, 12.275), (π, 2.275) and (9.42478, 2.475).</summary>
    public static Objective Branin { get; } = new(
        new SearchSpace { ["X"] = Range.Linear(-5, 10), ["Y"] = Range.Linear(0, 15) },
        parameters =>
        {
            double x = parameters.Get<double>("X");
            double bend = parameters.Get<double>("Y") - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
            return bend * bend + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x) + 10;
        });

    /// <summary>Hartmann's function of six numbers in [0, 1]: its minimum is -3.32237.</summary>
    public static Objective Hartmann { get; } = new(
        Space(6, () => Range.Linear(0, 1)),
        parameters => -Enumerable.Range(0, 4).Sum(hill => HartmannHeights[hill] * Math.Exp(-Enumerable.Range(0, 6).Sum(
            place => HartmannWidths[hill][place] * Math.Pow(parameters.Get<double>($"X{place}") - HartmannCenters[hill][place], 2)))));

    /// <summary>An optimizer with its own parameters, units and a rate: its minimum is 0, at momentum, 0.99, 0.01, 200.</summary>
    public static Objective Conditional { get; } = new(
        new SearchSpace
        {
            ["Optimizer"] = Range.Choice("adam", "momentum", "plain"),
            ["Beta2"] = Range.OneMinusLog(0.9, 0.9999).When("Optimizer", "adam"),
            ["Momentum"] = Range.OneMinusLog(0.5, 0.9999).When("Optimizer", "momentum"),
            ["LearningRate"] = Range.Log(1e-5, 1),
            ["Units"] = Range.Integer(16, 1024, log: true),
        },
        parameters =>
            (parameters.Get<string>("Optimizer") switch
            {
                "momentum" => Math.Pow(Math.Log10((1 - parameters.Get<double>("Momentum")) / 0.01), 2),
                "adam" => 0.5 + Math.Pow(Math.Log10((1 - parameters.Get<double>("Beta2")) / 0.001), 2),
                _ => 2,
            })
            + Math.Pow(Math.Log10(parameters.Get<double>("LearningRate") / 0.01), 2)
            + Math.Pow(Math.Log2(parameters.Get<int>("Units") / 200.0), 2) / 4);

    /// <summary>A smooth valley with one minimum, 0, in four numbers.</summary>
    public static Objective Valley { get; } = new(
        Space(4, () => Range.Linear(-5, 5)),
        parameters => Enumerable.Range(0, 4).Sum(place => Math.Pow(parameters.Get<double>($"X{place}") - place, 2)));

    private static SearchSpace Space(int count, Func<SearchRange> range)
    {
        var space = new SearchSpace();
        for (int place = 0; place < count; place++)
            space[$"X{place}"] = range();
        return space;
    }

    /// <summary>A function of the parameters of a space.</summary>
    /// <param name="Space">The space.</param>
    /// <param name="Value">The function.</param>
    internal sealed record Objective(SearchSpace Space, Func<TrialParameters, double> Value)
    {
        /// <summary>The least value that a search of some trials, one after another, finds.</summary>
        public double Search(Sampler sampler, int seed, int trials)
        {
            var finished = new List<(double Value, FinishedTrial Trial)>();
            for (int number = 0; number < trials; number++)
            {
                FinishedTrial[] bestFirst = [.. finished.OrderBy(item => item.Value).Select(item => item.Trial)];
                TrialParameters parameters = sampler.Suggest(Space, seed, number, bestFirst)!;
                finished.Add((Value(parameters), new FinishedTrial(number, parameters)));
            }

            return finished.Min(item => item.Value);
        }
    }
}
