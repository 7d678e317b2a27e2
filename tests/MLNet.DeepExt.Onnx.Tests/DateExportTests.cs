using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Onnx.Tests;

/// <summary>Dates and spans of time, as ONNX Runtime computes their features of ticks.</summary>
public sealed class DateExportTests
{
    private const double Tolerance = 1e-5; // of each number, or of 1
    private const int DaysOf400Years = 146_097;

    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Every_day_of_a_cycle_of_the_calendar_has_the_same_features()
    {
        var random = new Random(1);
        AssertSame(Row.Training(), [.. Enumerable.Range(0, DaysOf400Years).Select(day =>
        {
            // The cycle from 1801 to 2200, with times to the tick.
            DateTime clock = new DateTime(1801, 1, 1).AddDays(day).AddTicks(random.NextInt64(TimeSpan.TicksPerDay));
            return new Row
            {
                Born = clock,
                Seen = new DateTimeOffset(clock, TimeSpan.FromMinutes(random.Next(-14 * 60, 14 * 60))),
                Took = TimeSpan.FromTicks(random.NextInt64(-TimeSpan.TicksPerDay, 1000 * TimeSpan.TicksPerDay)),
            };
        })]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Missing_dates_and_placeholders_are_missing_there_too(bool trainingLacksSome)
    {
        Row[] training = Row.Training();
        if (trainingLacksSome)
        {
            training[3].Born = new DateTime(1900, 1, 1);
            training[4].Seen = default;
            training[5].Took = TimeSpan.MaxValue;
        }

        DateTime[] dates =
        [
            default, DateTime.MaxValue, new(9999, 12, 31), new(9999, 1, 1), new(9998, 12, 31, 23, 59, 59), new(1, 12, 31), new(2, 1, 1),
            new(1900, 1, 1), new(1900, 1, 1, 12, 0, 0), new(1900, 1, 2), new(2000, 2, 29, 23, 59, 59, 999), new(1900, 3, 1), new(2100, 12, 31),
            new(2024, 12, 31), new(2023, 12, 31),
        ];
        TimeSpan[] spans =
            [TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.Zero, TimeSpan.FromTicks(1), TimeSpan.FromDays(-3), new(long.MaxValue - 1)];
        AssertSame(training, [.. dates.Select((date, i) => new Row
        {
            Born = date, Seen = i == 0 ? default : new DateTimeOffset(date, TimeSpan.Zero), Took = spans[i % spans.Length],
        })]);
    }

    [Fact]
    public void A_pipeline_with_dates_is_exported_whole()
    {
        IDataView training = _context.Data.LoadFromEnumerable(Row.Training());
        ITransformer model = _context.Transforms.TabularFeatures()
            .Append(_context.BinaryClassification.Trainers.NeuralNetwork(
                new NeuralNetworkBinaryTrainer.Options { HiddenUnits = [8], MaximumEpochs = 5, Seed = 1, NumberOfThreads = 1 }))
            .Fit(training);
        using OnnxSession session = OnnxSession.Of(_context, model, training.Schema, "PredictedLabel", "Probability");
        Assert.Equal(["Age", "Born", "Seen", "Took"], session.Inputs.Order());
        Dictionary<string, object> actual = session.Run(training);
        IDataView expected = model.Transform(training);
        Close.Assert([.. expected.GetColumn<float>("Probability")], (float[])actual["Probability"]);
        Assert.Equal(expected.GetColumn<bool>("PredictedLabel"), (bool[])actual["PredictedLabel"]);
    }

    [Fact]
    public void A_copy_of_a_date_is_exported_as_its_ticks()
    {
        IDataView training = _context.Data.LoadFromEnumerable(Row.Training());
        ITransformer model = _context.Transforms.CopyColumns("Birthday", "Born")
            .Append(_context.Transforms.TabularFeatures(inputColumnNames: ["Birthday"])).Fit(training);
        using OnnxSession session = OnnxSession.Of(_context, model, training.Schema, "Birthday", "Features");
        Dictionary<string, object> actual = session.Run(training);
        Assert.Equal(training.GetColumn<DateTime>("Born").Select(date => date.Ticks), (long[])actual["Birthday"]);
        AssertClose(model.Transform(training), (float[])actual["Features"]);
    }

    [Fact]
    public void A_chain_of_nothing_gives_a_date_as_its_ticks()
    {
        IDataView training = _context.Data.LoadFromEnumerable(Row.Training());
        using OnnxSession session = OnnxSession.Of(_context, new TransformerChain<ITransformer>(), training.Schema, "Born");
        Assert.Equal(training.GetColumn<DateTime>("Born").Select(date => date.Ticks), (long[])session.Run(training)["Born"]);
    }

    [Fact]
    public void Dates_of_models_of_the_first_version_are_exported_too()
    {
        ITransformer model = _context.Model.Load(Path.Combine(AppContext.BaseDirectory, "Golden", "v1", "Table.zip"), out DataViewSchema schema);
        IDataView rows = _context.Data.LoadFromEnumerable(GoldenRow.Generate(50, seed: 2));
        using OnnxSession session = OnnxSession.Of(_context, model, schema, "Features", "Score");
        Assert.Contains("Born", session.Inputs);
        Dictionary<string, object> actual = session.Run(rows);
        AssertClose(model.Transform(rows), (float[])actual["Features"]);
        Close.Assert([.. model.Transform(rows).GetColumn<float>("Score")], (float[])actual["Score"]);
    }

    private static void AssertClose(IDataView expected, float[] actual)
    {
        float[] wanted = [.. expected.GetColumn<float[]>("Features").SelectMany(row => row)];
        Assert.Equal(wanted.Length, actual.Length);
        for (int i = 0; i < wanted.Length; i++)
        {
            bool isSame = float.IsNaN(wanted[i])
                ? float.IsNaN(actual[i])
                : Math.Abs(wanted[i] - actual[i]) <= Tolerance * Math.Max(1, Math.Abs(wanted[i]));
            Assert.True(isSame, $"{wanted[i]} but {actual[i]} at {i}");
        }
    }

    private void AssertSame(Row[] training, Row[] rows)
    {
        ITransformer model = _context.Transforms.TabularFeatures(new Transforms.TabularFeaturesEstimator.Options { ImputeAllColumns = false })
            .Fit(_context.Data.LoadFromEnumerable(training));
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        using OnnxSession session = OnnxSession.Of(_context, model, data.Schema, "Features");
        AssertClose(model.Transform(data), (float[])session.Run(data)["Features"]);
    }

    private sealed class Row
    {
        public bool Label { get; set; }

        public float Age { get; set; }

        public DateTime Born { get; set; }

        public DateTimeOffset Seen { get; set; }

        public TimeSpan Took { get; set; }

        public static Row[] Training() => [.. Enumerable.Range(0, 200).Select(i => new Row
        {
            Label = i % 3 == 0,
            Age = i % 60,
            Born = new DateTime(1980, 1, 2, 3, 4, 5).AddDays(50.3 * i),
            Seen = new DateTimeOffset(2024, 1, 2, 12, 0, 0, TimeSpan.FromHours(i % 9 - 4)).AddHours(31 * i),
            Took = TimeSpan.FromMinutes(17 * i),
        })];
    }
}
