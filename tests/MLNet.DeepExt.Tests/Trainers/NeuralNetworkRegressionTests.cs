using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

[Trait("Spec", "A2")]
public sealed class NeuralNetworkRegressionTests
{
    private static readonly TaskRow[] Rows = TaskRow.Generate(400, seed: 1);

    private readonly MLContext _context = new(seed: 1);
    private readonly ITransformer _preparation;
    private readonly IDataView _data;

    public NeuralNetworkRegressionTests()
    {
        IDataView rows = _context.Data.LoadFromEnumerable(Rows);
        _preparation = TaskRow.Preparation(_context).Fit(rows);
        _data = _preparation.Transform(rows);
    }

    [Fact]
    public void Columns_and_annotations_are_those_of_an_in_box_trainer()
    {
        DataViewSchema ours = Trainer().Fit(_data).Transform(_data).Schema;
        var inBox = _context.Regression.Trainers.Sdca("Number");
        DataViewSchema theirs = inBox.Fit(_data).Transform(_data).Schema;
        Assert.Equal(theirs.Select(column => column.Name), ours.Select(column => column.Name));
        Assert.Equal(theirs["Score"].Type, ours["Score"].Type);
        Assert.Equal(AnnotationText.Of(theirs["Score"]), AnnotationText.Of(ours["Score"]));
        SchemaShape shape = SchemaShapes.Of(_data.Schema);
        Assert.Equal(SchemaText.Of(inBox.GetOutputSchema(shape)), SchemaText.Of(Trainer().GetOutputSchema(shape)));
    }

    [Theory]
    [InlineData("SquaredError")]
    [InlineData("AbsoluteError")]
    [InlineData("Huber")]
    public void Labels_in_units_of_their_own_are_learned_by_every_loss(string loss)
    {
        NeuralNetworkRegressionTrainer trainer = Trainer(options =>
        {
            options.MaximumEpochs = 60;
            options.Loss = loss switch { "Huber" => new Huber(), "AbsoluteError" => new AbsoluteError(), _ => new SquaredError() };
        });
        RegressionMetrics metrics = _context.Regression.Evaluate(trainer.Fit(_data).Transform(Test()), "Number");
        Assert.True(metrics.RSquared > 0.9, $"{metrics.RSquared}");
    }

    [Fact]
    public void Standardizing_labels_leaves_nothing_of_their_units_but_the_units()
    {
        float[] plain = Scores(_data), scaled = Scores(Shifted());
        for (int i = 0; i < plain.Length; i++)
            Assert.Equal(plain[i], (scaled[i] + 5000) / 16, 0.05f);

        // By powers of two, and a shift that floats can show nearly without rounding.
        IDataView Shifted()
        {
            TaskRow[] rows = TaskRow.Generate(400, seed: 1);
            foreach (TaskRow row in rows)
                row.Number = 16 * row.Number - 5000;
            return _preparation.Transform(_context.Data.LoadFromEnumerable(rows));
        }

        float[] Scores(IDataView data) => [.. Trainer().Fit(data).Transform(data).GetColumn<float>("Score")];
    }

    [Fact]
    public void A_label_that_is_always_the_same_is_predicted()
    {
        TaskRow[] rows = TaskRow.Generate(60, seed: 1);
        foreach (TaskRow row in rows)
            row.Number = 42;
        IDataView data = _preparation.Transform(_context.Data.LoadFromEnumerable(rows));
        IDataView scored = Trainer(options => options.MaximumEpochs = 100).Fit(data).Transform(data);
        Assert.All(scored.GetColumn<float>("Score"), score => Assert.Equal(42, score, 0.5f));
    }

    [Fact]
    public void Cross_validation_of_ML_NET_accepts_it()
    {
        var folds = _context.Regression.CrossValidate(
            _data, Trainer(options => options.MaximumEpochs = 40), numberOfFolds: 3, labelColumnName: "Number");
        Assert.Equal(3, folds.Count);
        Assert.All(folds, fold => Assert.True(fold.Metrics.RSquared > 0.8, $"{fold.Metrics.RSquared}"));
    }

    [Theory]
    [InlineData(NetworkPreset.Balanced)]
    [InlineData(NetworkPreset.Classic)]
    public void Intervals_hold_nine_of_ten_new_labels_however_little_was_learned_unless_calibration_is_switched_off(NetworkPreset preset)
    {
        double[] calibrated = [.. Enumerable.Range(1, 3).Select(seed => Inside(true, seed))];
        Assert.All(calibrated, inside => Assert.Equal(0.9, inside, 0.025));
        Assert.True(Math.Abs(Inside(false, 1) - 0.9) > Math.Abs(calibrated[0] - 0.9));

        double Inside(bool isCalibrated, int seed)
        {
            NeuralNetworkRegressionTransformer model = Trainer(options =>
            {
                options.Preset = preset;
                options.Seed = seed;
                options.MaximumEpochs = 2;
                options.Quantiles = [0.05, 0.5, 0.95];
                options.QuantileCalibration = isCalibrated;
            }).Fit(Spreading(1000, seed), Spreading(2000, seed + 3));
            IDataView scored = model.Transform(Spreading(2000, seed + 6));
            return scored.GetColumn<float[]>("Quantiles").Zip(scored.GetColumn<float>("Number"))
                .Average(row => row.Second >= row.First[0] && row.Second <= row.First[2] ? 1.0 : 0.0);
        }

        // The labels spread by A.
        IDataView Spreading(int count, int seed)
        {
            var random = new Random(seed);
            TaskRow[] rows = TaskRow.Generate(count, seed);
            foreach (TaskRow row in rows)
                row.Number = 100 * row.B + (row.A + 150) * (random.NextSingle() + random.NextSingle() - 1);
            return _preparation.Transform(_context.Data.LoadFromEnumerable(rows));
        }
    }

    [Fact]
    public void Quantiles_are_named_ascending_and_hold_the_share_of_labels_that_they_promise()
    {
        NeuralNetworkRegressionTransformer model = Trainer(options =>
        {
            options.MaximumEpochs = 60;
            options.Quantiles = [0.1, 0.5, 0.9];
        }).Fit(Noisy(1000, seed: 1));
        IDataView scored = model.Transform(Noisy(2000, seed: 2));
        Assert.Contains("SlotNames: Vector<String, 3> 0.1, 0.5, 0.9", AnnotationText.Of(scored.Schema["Quantiles"]));
        float[][] quantiles = [.. scored.GetColumn<float[]>("Quantiles")];
        float[] labels = [.. scored.GetColumn<float>("Number")];
        Assert.All(quantiles, row => Assert.Equal(row.Order(), row));
        Assert.Equal(quantiles.Select(row => row[1]), scored.GetColumn<float>("Score"));
        double inside = labels.Zip(quantiles, (label, row) => label >= row[0] && label <= row[2] ? 1.0 : 0.0).Average();
        Assert.InRange(inside, 0.72, 0.88);

        // The spread of the labels is that of the noise, which grows with A.
        IDataView Noisy(int count, int seed)
        {
            var random = new Random(seed);
            TaskRow[] rows = TaskRow.Generate(count, seed);
            foreach (TaskRow row in rows)
                row.Number = 100 * row.B + (row.A + 150) * (random.NextSingle() - 0.5f);
            return _preparation.Transform(_context.Data.LoadFromEnumerable(rows));
        }
    }

    [Theory]
    [InlineData(new[] { 0.05, 0.95 })]
    [InlineData(new[] { 0.1, 0.9 })]
    public void The_score_between_two_symmetric_quantiles_is_their_midpoint(double[] quantiles)
    {
        IDataView scored = Trainer(options => options.Quantiles = quantiles).Fit(_data).Transform(_data);
        Assert.Equal(
            scored.GetColumn<float[]>("Quantiles").Select(row => row[0] * 0.5f + row[1] * 0.5f), scored.GetColumn<float>("Score"));
    }

    [Fact]
    public void The_score_of_quantiles_without_the_median_is_interpolated()
    {
        IDataView scored = Trainer(options => options.Quantiles = [0.05, 0.4, 0.75, 0.95]).Fit(_data).Transform(_data);
        foreach ((float[] row, float score) in scored.GetColumn<float[]>("Quantiles").Zip(scored.GetColumn<float>("Score")))
            Assert.Equal(row[1] + (row[2] - row[1]) * (0.1 / 0.35), score, 1e-3 + 1e-5 * Math.Abs(score));
    }

    public static TheoryData<string, Action<NeuralNetworkRegressionTrainer.Options>> Faults => new()
    {
        { "Loss is null; use new SquaredError() unless you have a reason not to.", options => options.Loss = null! },
        {
            "Quantiles are given but Loss is Huber; quantiles have a loss of their own, so leave Loss as it is.",
            options => (options.Quantiles, options.Loss) = ([0.5], new Huber())
        },
        { "Quantiles is empty; give at least one, such as 0.5 for the median.", options => options.Quantiles = [] },
        { "Quantiles must be in (0, 1) but one is 1; 0.5 is the median.", options => options.Quantiles = [0.5, 1] },
        { "Quantiles must be ascending but 0.9 comes before 0.1; sort them, each once.", options => options.Quantiles = [0.9, 0.1] },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_cannot_be_is_refused_when_the_trainer_is_made(string expected, Action<NeuralNetworkRegressionTrainer.Options> spoil) =>
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => Trainer(spoil)).WithoutParameter());

    private IDataView Test() => _preparation.Transform(_context.Data.LoadFromEnumerable(TaskRow.Generate(500, seed: 2)));

    private NeuralNetworkRegressionTrainer Trainer(Action<NeuralNetworkRegressionTrainer.Options>? set = null)
    {
        var options = new NeuralNetworkRegressionTrainer.Options
        {
            LabelColumnName = "Number",
            HiddenUnits = [16],
            LearningRate = 0.02,
            BatchSize = 32,
            MaximumEpochs = 4,
            Seed = 1,
        };
        set?.Invoke(options);
        return _context.Regression.Trainers.NeuralNetwork(options);
    }
}
