using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Statistics;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Layers;

/// <summary>Bins that follow the target are the leaves of scikit-learn's trees, learned of the rows to learn from alone.</summary>
[Trait("Spec", "G2")]
public sealed class TargetAwareBinsTests
{
    private const int Columns = 3;

    private static readonly ReferenceValues Reference = ReferenceValues.Load("trees");

    [Theory]
    [InlineData("one", 4, 1)]
    [InlineData("one", 12, 1)]
    [InlineData("one", 12, 20)]
    [InlineData("two", 4, 1)]
    [InlineData("two", 12, 1)]
    [InlineData("two", 12, 20)]
    [InlineData("classes", 4, 1)]
    [InlineData("classes", 12, 1)]
    [InlineData("classes", 12, 20)]
    public void Edges_are_the_thresholds_of_a_decision_tree_between_smallest_and_largest(string targets, int bins, int least)
    {
        IReadOnlyList<IReadOnlyList<double>> edges = EdgesOf(
            new PiecewiseLinearEmbedding { Bins = bins, TargetAwareRows = least }, StatisticsOf(targets));
        for (int column = 0; column < Columns; column++)
        {
            double[] expected = Reference.Doubles($"{targets}.{bins}.{least}.{column}");
            float[] values = ColumnOf(column);
            Assert.Equal([values.Min(), .. expected, values.Max()], edges[column]);
        }
    }

    [Fact]
    public void Behind_an_encoder_they_are_what_it_makes_of_the_thresholds()
    {
        InputStatistics statistics = StatisticsOf("one");
        var scale = new RobustScale();
        NetworkSpec spec = NetworkSpec.Input(Columns).Then(scale)
            .Then(new PiecewiseLinearEmbedding { Bins = 4, TargetAwareRows = 1 }).Dense(1).FittedTo(statistics);
        var fitted = (RobustScale)spec.Layers[0];
        IReadOnlyList<IReadOnlyList<double>> edges = ((PiecewiseLinearEmbedding)spec.Layers[1]).Edges!;
        for (int column = 0; column < Columns; column++)
        {
            double[] expected = [.. Reference.Doubles($"one.4.1.{column}").Select(Scaled)];
            Close.Everywhere(expected, [.. edges[column].Skip(1).SkipLast(1)], 1e-12, "edge");

            double Scaled(double x)
            {
                double z = (x - fitted.Medians![column]) * fitted.Scales![column];
                return z / Math.Sqrt(1 + z / 3 * (z / 3));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_training_learns_them_of_the_rows_to_learn_from_alone(bool isStreamed)
    {
        LabeledRows training = Rows(1, 400);
        IReadOnlyList<IReadOnlyList<double>> expected = Learned(isStreamed, training, Rows(2, 100), 0);
        var statistics = new InputStatistics(2);
        for (int row = 0; row < training.Count; row++)
        {
            var features = new float[2];
            training.Features.CopyTo(row, features);
            statistics.Add(features, ((ValueRows)training.Targets).Row(row));
        }

        Assert.Equal(EdgesOf(new PiecewiseLinearEmbedding { Bins = 8, TargetAwareRows = 10 }, statistics), expected);
        Assert.Equal(expected, Learned(isStreamed, training, Rows(3, 50), 0));
        Assert.NotEqual(expected, Learned(isStreamed, Rows(2, 400), Rows(2, 100), 0));
    }

    [Fact]
    public void A_share_that_is_set_aside_is_left_out_of_memory_and_of_streams_alike()
    {
        LabeledRows training = Rows(1, 400);
        IReadOnlyList<IReadOnlyList<double>> edges = Learned(false, training, null, 0.3);
        Assert.Equal(edges, Learned(true, training, null, 0.3));
        Assert.NotEqual(edges, Learned(false, training, null, 0));
    }

    [Fact]
    public void Numbers_that_are_missing_and_features_that_are_no_number_say_nothing()
    {
        var statistics = new InputStatistics(1);
        var random = new Random(1);
        for (int row = 0; row < 200; row++)
        {
            float x = random.NextSingle();
            statistics.Add([x], [x > 0.5f ? 5 : 1, float.NaN]);
            statistics.Add([float.NaN], [100, 1]);
            statistics.Add([x], [float.NaN, float.NaN]);
        }

        double edge = Assert.Single(EdgesOf(new PiecewiseLinearEmbedding { Bins = 2, TargetAwareRows = 5 }, statistics)[0].Skip(1).SkipLast(1));
        Assert.Equal(0.5, edge, 0.01);
    }

    [Fact]
    public void A_target_that_does_not_vary_leaves_one_bin()
    {
        var statistics = new InputStatistics(1);
        for (int row = 0; row < 50; row++)
            statistics.Add([row], label: 1);
        Assert.Equal([0, 49], EdgesOf(new PiecewiseLinearEmbedding { TargetAwareRows = 1 }, statistics)[0]);
    }

    [Fact]
    public void Statistics_without_targets_and_impossible_options_are_refused()
    {
        var statistics = new InputStatistics(1);
        statistics.Add([1f]);
        statistics.Add([2f]);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => EdgesOf(new PiecewiseLinearEmbedding { TargetAwareRows = 1 }, statistics));
        Assert.Equal("No targets of the rows were collected; add each row with its class or its numbers.", error.Message);
        ArgumentException option = Assert.Throws<ArgumentException>(() => new PiecewiseLinearEmbedding { TargetAwareRows = 0 }.Validate());
        Assert.Equal(
            "TargetAwareRows of a PiecewiseLinearEmbedding must be at least 1 but is 0; leave it null for bins with about equal numbers of rows. "
            + "(Parameter 'TargetAwareRows')",
            option.Message);
    }

    private static IReadOnlyList<IReadOnlyList<double>> EdgesOf(PiecewiseLinearEmbedding layer, InputStatistics statistics) =>
        layer.Fit([.. Enumerable.Range(0, statistics.Width).Select(column => statistics[column])]).Edges!;

    private static float[] ColumnOf(int column) => [.. Reference.Singles("x").Where((_, i) => i % Columns == column)];

    private static InputStatistics StatisticsOf(string targets)
    {
        var statistics = new InputStatistics(Columns);
        float[] x = Reference.Singles("x"), numbers = Reference.Singles("numbers");
        int[] classes = Reference.Integers("classes");
        for (int row = 0; row < classes.Length; row++)
        {
            ReadOnlySpan<float> features = x.AsSpan(row * Columns, Columns);
            if (targets == "classes")
                statistics.Add(features, classes[row]);
            else
                statistics.Add(features, numbers.AsSpan(2 * row, targets == "one" ? 1 : 2));
        }

        return statistics;
    }

    private static IReadOnlyList<IReadOnlyList<double>> Learned(bool isStreamed, LabeledRows training, LabeledRows? validation, double fraction)
    {
        NetworkSpec spec = NetworkSpec.Input(2).Then(new PiecewiseLinearEmbedding { Bins = 8, TargetAwareRows = 10 }).Dense(1);
        var trainer = new Trainer(spec, new SquaredError(), new TrainingOptions
        {
            Optimizer = new Adam(0.01),
            MaximumEpochs = 1,
            ValidationFraction = fraction,
        });
        TrainingResult result = isStreamed
            ? trainer.Train(new RowsStream(training), validation is null ? null : new RowsStream(validation))
            : trainer.Train(training, validation);
        return ((PiecewiseLinearEmbedding)result.Network.Spec.Layers[0]).Edges!;
    }

    private static LabeledRows Rows(int seed, int count)
    {
        var random = new Random(seed);
        float[] features = [.. Enumerable.Range(0, 2 * count).Select(_ => random.NextSingle())];
        float[] targets = [.. Enumerable.Range(0, count).Select(row =>
            (features[2 * row] > 0.3f ? 1 : 0) + (features[2 * row + 1] > 0.8f ? 1 : 0) + random.NextSingle() / 4)];
        return new LabeledRows(new DenseRows(2, features), 1, targets);
    }
}
