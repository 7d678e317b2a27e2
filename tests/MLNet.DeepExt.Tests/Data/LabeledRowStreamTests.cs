using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Data;

/// <summary>Rows that stream by are those that are read into memory, and what is wrong with them is said once.</summary>
public sealed class LabeledRowStreamTests
{
    private const string Source = "Stream";

    private readonly MLContext _context = new(seed: 1);
    private readonly LogRecorder _log;

    public LabeledRowStreamTests() => _log = new LogRecorder(_context, Source);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_reading_gives_the_usable_rows_in_their_order(bool sparse)
    {
        IDataView data = Load(
            sparse,
            new(1, 1, 7), new(0, 1), new(3, 2, 0), new(2, 0), new(2, 0.5f, -1), new(1, 1, float.NaN), new(1, float.NaN));
        LabeledRowStream stream = Stream(data, DataPurpose.Training);
        Assert.Equal(2, stream.Width);
        for (int reading = 0; reading < 3; reading++)
            Assert.Equal([(0, 1f, 7f, 1f), (2, 2f, 0f, 1f), (1, 0.5f, -1f, 1f)], Read(stream));
        Assert.Equal(
            ["Skipped 3 of 7 rows (1 with NaN or infinite features, 1 without a label, 1 without a weight) of the training data; "
                + "replace and mark missing values with TabularFeatures."],
            _log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void A_reading_that_is_broken_off_reports_nothing()
    {
        LabeledRowStream stream = Stream(Load(false, new(1), new(0), new(2)), DataPurpose.Training);
        using (ExampleReader reader = stream.Open())
            Assert.True(reader.MoveNext());
        Assert.Empty(_log.Of(ChannelMessageKind.Warning));
        Read(stream);
        Assert.Single(_log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void Too_little_to_learn_from_is_the_error_that_it_is_in_memory()
    {
        AssertFails("The training data has no rows; check the file, or the filter, that it comes from.", DataPurpose.Training);
        AssertFails("The validation data has no rows; check the file, or the filter, that it comes from.", DataPurpose.Validation);
        AssertFails(
            "All rows of the training data that can be used, 2, are of one class, but two are needed; check label column 'Label'.",
            DataPurpose.Training, new(2), new(2), new(1, 0));
        AssertFails(
            "No row of the training data can be used: skipped 1 of 1 rows (1 without a label); check label column 'Label'.",
            DataPurpose.Training, new Row(0));
        AssertFails(
            "Every weight in column 'Weight' of the training data is 0; give some row a weight above 0.",
            DataPurpose.Training, new Row(1, 0));
        Assert.Single(Read(Stream(Load(false, new Row(2)), DataPurpose.Validation)));
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    public void Messages_do_not_depend_on_the_culture(string culture)
    {
        using var _ = new CultureScope(culture);
        AssertFails(
            "Weights in column 'Weight' must be finite and not negative but one is -0.5; use 0 to leave a row out.",
            DataPurpose.Training, new(1), new(2, -0.5f));
    }

    private void AssertFails(string expected, DataPurpose purpose, params Row[] rows)
    {
        var view = new WatchedDataView(Load(false, rows), _ => { });
        Assert.Equal(expected, Assert.Throws<InvalidOperationException>(() => Read(Stream(view, purpose))).Message);
        Assert.Equal(0, view.OpenCursors);
    }

    private LabeledRowStream Stream(IDataView data, DataPurpose purpose) =>
        new(
            ((IHostEnvironment)_context).Register(Source),
            data,
            new LabeledColumns("Features", new KeyLabel("Label", 3), "Weight"),
            purpose,
            default);

    private static List<(int Class, float Weight, float First, float Second)> Read(LabeledRowStream stream)
    {
        var rows = new List<(int, float, float, float)>();
        using ExampleReader reader = stream.Open();
        float[] features = [9, 9];
        while (reader.MoveNext())
        {
            reader.CopyFeatures(features);
            rows.Add((reader.Class, reader.Weight, features[0], features[1]));
        }

        return rows;
    }

    // ML.NET counts the keys of an object from 0 and takes what is out of range for missing; in a data view 0 is missing.
    private IDataView Load(bool sparse, params Row[] rows) => _context.Data.LoadFromEnumerable(rows.Select(row => new DataRow
    {
        Label = unchecked(row.Label - 1),
        Weight = row.Weight,
        Features = sparse && row.Feature == 0 ? new VBuffer<float>(2, 1, [1], [1]) : new VBuffer<float>(2, [row.Feature, 1]),
    }).ToArray());

    private sealed record Row(uint Label, float Weight = 1, float Feature = 0);

    private sealed class DataRow
    {
        [KeyType(3)]
        public uint Label { get; set; }

        public float Weight { get; set; }

        [VectorType(2)]
        public VBuffer<float> Features { get; set; }
    }
}
