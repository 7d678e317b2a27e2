using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>On tables no number is predicted beyond those of the training rows.</summary>
[Trait("Spec", "G4")]
public sealed class ClampedPredictionTests
{
    private const int Rows = 1000;

    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(NetworkPreset.Balanced, null, true)]
    [InlineData(NetworkPreset.Fast, null, true)]
    [InlineData(NetworkPreset.Best, null, true)]
    [InlineData(NetworkPreset.Balanced, false, false)]
    [InlineData(NetworkPreset.Classic, null, false)]
    [InlineData(NetworkPreset.Classic, true, true)]
    public void Numbers_stay_within_the_labels_where_the_preset_or_the_option_says_so(NetworkPreset preset, bool? option, bool isClamped)
    {
        foreach (DataMode mode in new[] { DataMode.InMemory, DataMode.Streaming })
        {
            NeuralNetworkRegressionTransformer model = Fit(Data(1), options =>
                (options.Preset, options.ClampPredictions, options.DataMode) = (preset, option, mode));
            (double low, double high) = (Labels(1).Min(), Labels(1).Max());
            Assert.Equal(isClamped ? new TargetRange([low], [high]) : null, RangeOf(model));
            float[] scores = Scores(model), free = Scores(Fit(Data(1), options =>
                (options.Preset, options.ClampPredictions, options.DataMode) = (preset, false, mode)));
            Assert.Contains(free, score => score < low || score > high);
            // Best has members, each of which is clamped before the mean is taken.
            if (preset == NetworkPreset.Best)
                Assert.All(scores, score => Assert.InRange(score, low, high));
            else
                Assert.Equal(isClamped ? [.. free.Select(score => Math.Clamp(score, (float)low, (float)high))] : free, scores);
            Assert.Equal(scores, Scores(Loaded(model)));
        }
    }

    [Fact]
    public void Each_target_of_several_has_its_range()
    {
        var options = new NeuralNetworkMultiTargetTrainer.Options { LabelColumnName = "Numbers", Seed = 1, MaximumEpochs = 1 };
        NeuralNetworkMultiTargetTransformer model =
            _context.MultiTargetRegression.Trainers.NeuralNetwork(options).Fit(Data(1));
        float[][] labels = [.. TaskRow.Generate(Rows, seed: 1).Select(row => row.Numbers)];
        var range = RangeOf(model)!;
        Assert.Equal([labels.Min(row => row[0]), labels.Min(row => row[1])], range.Lows.Select(low => (float)low));
        Assert.Equal([labels.Max(row => row[0]), labels.Max(row => row[1])], range.Highs.Select(high => (float)high));
        options.ClampPredictions = false;
        Assert.Null(RangeOf(_context.MultiTargetRegression.Trainers.NeuralNetwork(options).Fit(Data(1))));
    }

    [Fact]
    public void Quantiles_are_clamped_only_where_the_option_says_so()
    {
        Assert.Null(RangeOf(Fit(Data(1), options => options.Quantiles = [0.1, 0.9])));
        Assert.NotNull(RangeOf(Fit(Data(1), options => (options.Quantiles, options.ClampPredictions) = ([0.1, 0.9], true))));
    }

    [Theory]
    [InlineData(DataMode.InMemory)]
    [InlineData(DataMode.Streaming)]
    public void A_training_that_goes_on_widens_the_range_unless_it_is_switched_off(DataMode mode)
    {
        NeuralNetworkRegressionTransformer first = Fit(Data(1), options => options.DataMode = mode);
        IDataView more = Data(2);
        float[] labels = [.. Labels(1), .. Labels(2)];
        Assert.Equal(new TargetRange([labels.Min()], [labels.Max()]), RangeOf(Continued(null)));
        Assert.Equal(RangeOf(Continued(null)), RangeOf(Continued(true)));
        Assert.Null(RangeOf(Continued(false)));

        NeuralNetworkRegressionTransformer Continued(bool? option) => Fit(more, options =>
            (options.DataMode, options.ContinueFrom, options.ClampPredictions) = (mode, first, option));
    }

    [Fact]
    public void The_range_of_a_loss_wins()
    {
        var range = new TargetRange([0], [1000]);
        Assert.Equal(range, RangeOf(Fit(Data(1), options => options.Loss = new AbsoluteError { Range = range })));
        Assert.Equal(range, RangeOf(Fit(Data(1), options => (options.Quantiles, options.Loss) = ([0.5], new SquaredError { Range = range }))));
    }

    private NeuralNetworkRegressionTransformer Fit(IDataView data, Action<NeuralNetworkRegressionTrainer.Options> set)
    {
        var options = new NeuralNetworkRegressionTrainer.Options
        {
            LabelColumnName = "Number",
            Seed = 1,
            MaximumEpochs = 4,
            HiddenUnits = [32],
        };
        set(options);
        return _context.Regression.Trainers.NeuralNetwork(options).Fit(data);
    }

    private static TargetRange? RangeOf(NeuralNetworkTransformer model) => ((ElementwiseLoss)model.Content.Loss).Range;

    private float[] Scores(ITransformer model) =>
        [.. model.Transform(Concatenated(TaskRow.Generate(200, seed: 9))).GetColumn<float>("Score")];

    // A step, which a network overshoots; that of seed 2 reaches farther.
    private static float LabelOf(TaskRow row, int seed) => seed * (row.A > 0 ? 1000 : 700);

    private static IEnumerable<float> Labels(int seed) => TaskRow.Generate(Rows, seed).Select(row => LabelOf(row, seed));

    private IDataView Data(int seed)
    {
        TaskRow[] rows = TaskRow.Generate(Rows, seed);
        foreach (TaskRow row in rows)
            row.Number = LabelOf(row, seed);
        return Concatenated(rows);
    }

    private IDataView Concatenated(TaskRow[] rows)
    {
        IDataView view = _context.Data.LoadFromEnumerable(rows);
        return _context.Transforms.Concatenate("Features", "A", "B", "C").Fit(view).Transform(view);
    }

    private static ITransformer Loaded(ITransformer model)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(model, null, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }
}
