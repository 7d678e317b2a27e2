using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Training;

[Trait("Spec", "A10")]
public sealed class LearningRateFinderTests
{
    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width).Dense(8).Relu().Dense(Clusters.Classes);

    private static readonly TrainingOptions Options = new() { BatchSize = 20, Seed = 1 };

    [Fact]
    public void On_a_convex_problem_the_curve_is_the_one_that_can_be_computed()
    {
        // The columns of x, and the 1 of the bias, are orthogonal: the cost is rest + ‖w - w*‖², of curvature 2 in every direction. A step
        // multiplies w - w* by 1 - 2α, so that rates above 1 lead away from the lowest point.
        const double rest = 0.25;
        LearningRateCurve curve = Convex(rest, smoothing: 0);
        double distance = curve.Points[0].Loss - rest;
        foreach (LearningRatePoint point in curve.Points)
        {
            double expected = rest + distance;
            // What is left of w - w* at its least grows again, its rounding errors with it.
            Assert.Equal(expected, point.Loss, (point.Rate < 1 ? 1e-5 : 1e-2) * expected);
            distance *= Math.Pow(1 - 2 * point.Rate, 2);
        }

        Assert.True(curve.Diverged);
        Assert.InRange(curve.Points[^1].Rate, 1, 10);
        // exp(-4·Σα), drawn against log α, falls most steeply where 4·Σα = 1: with rates 34 % apart that is at α = 0.064.
        Assert.InRange(curve.SuggestedRate!.Value, 0.03, 0.13);
    }

    [Fact]
    public void Rates_rise_by_the_same_factor_from_the_lowest_to_the_highest()
    {
        LearningRateCurve curve = Finder(Options, steps: 31, lowest: 1e-5, highest: 1e-2).Find(Clusters.Rows(100));
        Assert.Equal(31, curve.Points.Count);
        Assert.False(curve.Diverged);
        for (int i = 0; i < 31; i++)
            Assert.Equal(1e-5 * Math.Pow(10, i / 10.0), curve.Points[i].Rate, 1e-15);
    }

    [Fact]
    public void The_loss_is_that_of_training_and_is_smoothed_by_the_exponential_average()
    {
        // The first batch is met by the initial weights, whatever the rate.
        LearningRateCurve curve = Finder(Options).Find(Clusters.Rows(100));
        double first = 0;
        var listener = new FirstLoss(loss => first = loss);
        new Trainer(Spec, new SoftmaxCrossEntropy(), Options with { ValidationFraction = 0, MaximumEpochs = 1, Callbacks = [listener] })
            .Train(Clusters.Rows(100));
        Assert.Equal(first, curve.Points[0].Loss);
        double[] smooth = new ExponentialAverage(0.9).Smooth(curve.Points.Select(point => point.Loss));
        Assert.Equal(smooth, curve.Points.Select(point => point.SmoothedLoss));
    }

    [Theory]
    [InlineData(nameof(Adam))]
    [InlineData(nameof(RmsProp))]
    [InlineData(nameof(Momentum))]
    public void On_clusters_like_digits_the_suggestion_learns_better_than_rates_far_from_it(string kind)
    {
        NetworkSpec spec = NetworkSpec.Input(64).Dense(32).Relu().Dense(10);
        Optimizer optimizer = kind switch
        {
            nameof(Adam) => new Adam(),
            nameof(RmsProp) => new RmsProp(),
            nameof(Momentum) => new Momentum(),
            _ => throw new ArgumentException(kind),
        };
        LabeledRows training = LikeDigits(1000, seed: 1), validation = LikeDigits(500, seed: 2);
        TrainingOptions options = Options with { BatchSize = 32, MaximumEpochs = 3 };
        var finder = new LearningRateFinder(spec, new SoftmaxCrossEntropy(), options with { Optimizer = optimizer });
        LearningRateCurve curve = finder.Find(training);

        double LossAt(double rate)
        {
            TrainingOptions changed = options with { Optimizer = optimizer with { LearningRate = rate } };
            History history = new Trainer(spec, new SoftmaxCrossEntropy(), changed).Train(training, validation).History;
            return history.Epochs[^1].ValidationLoss!.Value;
        }

        double suggested = LossAt(curve.SuggestedRate!.Value);
        Assert.True(suggested < 0.5 * LossAt(0.03 * curve.SuggestedRate.Value));
        Assert.True(suggested < 0.5 * LossAt(100 * curve.SuggestedRate.Value));
    }

    [Fact]
    public void A_loss_beyond_all_numbers_ends_the_search_with_the_curve_so_far()
    {
        // Without rectifiers, which would die before, outputs grow with the square of the weights.
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(8).Dense(Clusters.Classes);
        var finder = new LearningRateFinder(spec, new SoftmaxCrossEntropy(), Options with { Optimizer = new GradientDescent() })
        {
            HighestRate = 1e38,
            Steps = 20,
            DivergenceFactor = double.PositiveInfinity,
        };
        LearningRateCurve curve = finder.Find(Clusters.Rows(100));
        Assert.True(curve.Diverged);
        Assert.InRange(curve.Points.Count, 3, 19);
        Assert.All(curve.Points, point => Assert.True(double.IsFinite(point.Loss)));
    }

    [Fact]
    public void The_search_ends_where_the_smoothed_loss_is_four_times_its_lowest()
    {
        LearningRateCurve curve = Convex(rest: 0.25, smoothing: 0.5);
        double[] smoothed = [.. curve.Points.Select(point => point.SmoothedLoss)];
        for (int i = 1; i < smoothed.Length; i++)
            Assert.Equal(i == smoothed.Length - 1, smoothed[i] > 4 * smoothed[..i].Min());
    }

    [Fact]
    public void What_only_concerns_a_whole_training_is_left_out()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var options = Options with
            {
                Schedule = new ReduceOnPlateau(),
                Patience = 3,
                WeightAveraging = 0.9,
                RecordNorms = true,
                Callbacks = [new Listener { Batch = () => Assert.Fail("A callback was called.") }],
                Checkpoint = new Checkpoint(Path.Combine(folder, "checkpoint")),
            };
            Assert.Equal(Finder(Options).Find(Clusters.Rows(100)).Points, Finder(options).Find(Clusters.Rows(100)).Points);
            Assert.Empty(Directory.GetFileSystemEntries(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Neither_threads_nor_where_the_rows_come_from_change_the_curve()
    {
        LabeledRows rows = Clusters.Rows(100);
        IReadOnlyList<LearningRatePoint> expected = Finder(Options with { NumberOfThreads = 1 }).Find(rows).Points;
        Assert.Equal(expected, Finder(Options with { NumberOfThreads = 2 }).Find(rows).Points);
        Assert.Equal(expected, Finder(Options).Find(new RowsStream(rows)).Points);
    }

    [Fact]
    public void A_network_that_is_to_be_trained_further_is_where_the_search_begins_and_stays_as_it_is()
    {
        LabeledRows rows = Clusters.Rows(100);
        Network<float> learned = new Trainer(Spec, new SoftmaxCrossEntropy(), Options).Train(rows).Network;
        float[] before = learned.Parameters.Values.ToArray();
        LearningRateCurve curve = new LearningRateFinder(learned, new SoftmaxCrossEntropy(), Options).Find(rows);
        Assert.True(curve.Points[0].Loss < 0.5 * Finder(Options).Find(rows).Points[0].Loss);
        Assert.Equal(before, learned.Parameters.Values.ToArray());
    }

    [Fact]
    public void A_search_that_is_cancelled_gives_the_curve_so_far()
    {
        using var cancellation = new CancellationTokenSource();
        // A reading counts the rows; 20 are a batch, the third of which is not whole when it is cancelled.
        var stream = new RowsStream(Clusters.Rows(100)) { OnRow = (opening, row) => CancelAt(cancellation, opening == 3 && row == 50) };
        LearningRateCurve some = Finder(Options).Find(stream, cancellation.Token);
        Assert.False(some.Diverged);
        Assert.InRange(some.Points.Count, 1, 10);
    }

    [Fact]
    public void A_search_that_is_cancelled_before_its_first_step_throws()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        foreach (Action find in new Action[]
        {
            () => Finder(Options).Find(Clusters.Rows(100), cancellation.Token),
            () => Finder(Options).Find(new RowsStream(Clusters.Rows(100)), cancellation.Token),
        })
        {
            OperationCanceledException error = Assert.Throws<OperationCanceledException>(find);
            Assert.Equal("The search for a learning rate was cancelled before its first step, so there is no curve.", error.Message);
            Assert.Equal(cancellation.Token, error.CancellationToken);
        }
    }

    [Fact]
    public void Impossible_values_are_refused()
    {
        Refused("LowestRate of a LearningRateFinder must be above 0 but is 0; 1e-6 is the usual value.", Finder(Options, lowest: 0));
        Refused(
            "HighestRate of a LearningRateFinder must be above LowestRate, 0.1, but is 0.1; 10 is the usual value.",
            Finder(Options, lowest: 0.1, highest: 0.1));
        Refused("Steps of a LearningRateFinder must be from 3 to 1000000 but is 2; 200 is the usual value.", Finder(Options, steps: 2));
        Refused(
            "Steps of a LearningRateFinder must be from 3 to 1000000 but is 2147483647; 200 is the usual value.",
            Finder(Options, steps: int.MaxValue));
        Refused(
            "Smoothing of a LearningRateFinder must be in [0, 1) but is 1; 0.9 is the usual value.",
            new LearningRateFinder(Spec, new SoftmaxCrossEntropy(), Options) { Smoothing = 1 });
        Refused(
            "DivergenceFactor of a LearningRateFinder must be above 1 but is NaN; 4 is the usual value.",
            new LearningRateFinder(Spec, new SoftmaxCrossEntropy(), Options) { DivergenceFactor = double.NaN });
        Assert.Equal(
            "MaximumEpochs must be at least 1 but is 0; one epoch is one pass over the training rows.",
            Assert.Throws<ArgumentException>(() => Finder(Options with { MaximumEpochs = 0 })).WithoutParameter());
    }

    // 64 rows of 7 features and the bias: orthogonal columns of ±1. The targets have a part that no weights explain.
    private static LearningRateCurve Convex(double rest, double smoothing)
    {
        const int rows = 64, width = 7;
        var features = new float[rows * width];
        var targets = new float[rows];
        for (int row = 0; row < rows; row++)
        {
            // Walsh functions of the number of the row; the last one, of all its bits, is no feature.
            float Walsh(int bits) => int.IsOddInteger(int.PopCount(row & bits)) ? -1 : 1;
            for (int j = 0; j < width; j++)
                features[row * width + j] = Walsh(j + 1);
            targets[row] = 2 * Walsh(1) - 3 * Walsh(4) + 1 + (float)Math.Sqrt(rest) * Walsh(63);
        }

        var options = new TrainingOptions { Optimizer = new GradientDescent(), BatchSize = rows };
        var data = new LabeledRows(new DenseRows(width, features), targetWidth: 1, targets);
        return new LearningRateFinder(NetworkSpec.Input(width).Dense(1), new SquaredError(), options)
        {
            LowestRate = 1e-3,
            HighestRate = 100,
            Steps = 40,
            Smoothing = smoothing,
        }.Find(data);
    }

    private static LabeledRows LikeDigits(int count, int seed)
    {
        float[] centres = Numbers.Uniform<float>(new Random(7), 10 * 64, 0, 1);
        var random = new Random(seed);
        var features = new float[count * 64];
        var classes = new int[count];
        for (int row = 0; row < count; row++)
        {
            classes[row] = random.Next(10);
            for (int j = 0; j < 64; j++)
                features[row * 64 + j] = centres[classes[row] * 64 + j] + (float)(random.NextDouble() - 0.5);
        }

        return new LabeledRows(64, features, classes);
    }

    private static LearningRateFinder Finder(TrainingOptions options, int steps = 60, double lowest = 1e-5, double highest = 1) =>
        new(Spec, new SoftmaxCrossEntropy(), options) { Steps = steps, LowestRate = lowest, HighestRate = highest };

    private static void CancelAt(CancellationTokenSource cancellation, bool isTime)
    {
        if (isTime)
            cancellation.Cancel();
    }

    private static void Refused(string message, LearningRateFinder finder) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => finder.Find(Clusters.Rows(100))).WithoutParameter());

    private sealed class FirstLoss(Action<double> tell) : IBatchCallback
    {
        public void OnBatchEnd(in BatchRecord batch)
        {
            if (batch.Step == 1)
                tell(batch.Loss);
        }
    }
}
