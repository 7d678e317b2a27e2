using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Data;

/// <summary>Which rows are learned from, which are left out, and which end the training.</summary>
public sealed class LabeledRowsReaderTests
{
    private const string Source = "Reader";

    private readonly MLContext _context = new(seed: 1);
    private readonly LogRecorder _log;

    public LabeledRowsReaderTests() => _log = new LogRecorder(_context, Source);

    [Fact]
    public void Rows_that_cannot_be_used_are_left_out_and_counted_in_one_warning()
    {
        LabeledRows rows = ReadTraining(
            new(1, 1), new(2, 1, 2), new(2, 1, Feature: float.NaN), new(1, 1, Feature: float.PositiveInfinity),
            new(0, 1), new(1, float.NaN), new(2, 0), new(0, float.NaN, Feature: float.NaN));
        // The row of weight 0 is left out as well, but at its owner's wish, and is no part of the warning's five.
        Assert.Equal(2, rows.Count);
        Assert.Equal(2, rows.Width);
        Assert.Equal(
            ["Skipped 5 of 8 rows (3 with NaN or infinite features, 1 without a label, 1 without a weight) of the training data; "
                + "replace and mark missing values with TabularFeatures."],
            _log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void Only_reasons_that_occurred_are_named()
    {
        ReadTraining(new(1), new(2), new(0), new(0));
        Assert.Equal(["Skipped 2 of 4 rows (2 without a label) of the training data; "
            + "check label column 'Label'."], _log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void Nothing_is_said_when_every_row_is_used()
    {
        Assert.Equal(2, ReadTraining(new(1), new(2)).Count);
        Assert.Empty(_log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void More_rows_than_the_first_guess_are_read()
    {
        Row[] rows = [.. Enumerable.Range(0, 5000).Select(i => new Row((uint)(i % 3) + 1, Feature: i))];
        IDataView data = _context.Data.FilterRowsByColumn(Load(rows), "Weight", lowerBound: 0);
        Assert.Null(data.GetRowCount());
        Assert.Equal(5000, Reader().Read(data, DataPurpose.Training).Count);
    }

    [Fact]
    public void A_few_wide_rows_take_the_memory_of_a_few_wide_rows()
    {
        const int width = 1_000_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        var builder = new LabeledRowsBuilder(width, weighted: false, expectedCount: null);
        var features = new float[width];
        features.AsSpan().Fill(1);
        for (int row = 0; row < 5; row++)
            Assert.Equal(RowAdmission.Added, builder.Add(new VBuffer<float>(width, features), row % 2, weight: 1));

        // One row here, 4 rows at first, then 8.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 14L * width * sizeof(float));
        Assert.Equal(5, builder.Build().Count);
    }

    [Fact]
    public void A_promise_of_rows_that_do_not_come_takes_a_bounded_memory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var builder = new LabeledRowsBuilder(width: 100_000, weighted: false, expectedCount: long.MaxValue);
        var features = new float[100_000];
        features.AsSpan().Fill(1);
        Assert.Equal(RowAdmission.Added, builder.Add(new VBuffer<float>(features.Length, features), 0, weight: 1));
        Assert.Equal(1, builder.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 260L << 20);
    }

    [Fact]
    public void Rows_that_take_more_than_the_limit_are_not_read_to_their_end()
    {
        // A row of two features takes 8 bytes; the one without a label and the one of weight 0 take nothing.
        Row[] rows = [.. Enumerable.Range(0, 100).Select(i => new Row((uint)(i % 3) + 1)), new(0), new(1, 0)];
        Assert.Equal(100, Reader().TryRead(Load(rows), DataPurpose.Training, maximumBytes: 800)!.Rows.Count);
        int read = 0;
        var watched = new WatchedDataView(Load(rows), row => read = row);
        Assert.Null(Reader().TryRead(watched, DataPurpose.Training, maximumBytes: 799));
        Assert.Equal((100, 1, 0), (read, watched.Cursors, watched.OpenCursors));
        Assert.Null(Reader().TryRead(Load(rows), DataPurpose.Training, maximumBytes: 0));
    }

    [Fact]
    public void Rows_that_take_more_than_the_limit_take_no_more_memory_than_the_limit_allows()
    {
        // Growing by twice takes 16 MiB, 32 MiB, and then no more than the limit, where it would be 64 MiB. ML.NET allocates some
        // for each row.
        const long limit = 40 << 20;
        Wide[] rows = [.. Enumerable.Range(0, 2).Select(i => new Wide { Label = (uint)i })];
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 20_000).Select(i => rows[i % 2]));
        int read = 0;
        var watched = new WatchedDataView(data, row => read = row);
        var reader = new LabeledRowsReader(Host(), new LabeledColumns("Features", new KeyLabel("Label", 3), WeightName: null));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(reader.TryRead(watched, DataPurpose.Training, limit));
        Assert.Equal(limit / (Wide.Width * sizeof(float)) + 1, read);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (16 << 20) + (32 << 20) + limit + (16 << 20));
    }

    [Fact]
    public void A_getter_that_fails_leaves_no_cursor_open()
    {
        for (int failing = 1; failing <= 3; failing++)
        {
            int asked = 0;
            var view = new WatchedDataView(Load(new(1), new(2)), _ => { }, onGetter: () =>
            {
                if (++asked == failing)
                    throw new TimeoutException("The server is gone.");
            });
            Assert.Throws<TimeoutException>(() => Reader().Read(view, DataPurpose.Training));
            Assert.Equal((failing, 1, 0), (asked, view.Cursors, view.OpenCursors));
        }
    }

    [Fact]
    public void Who_may_read_the_rows_again_is_not_warned_yet()
    {
        IDataView data = Load(new(1), new(2), new(0));
        ReadRows read = Reader().TryRead(data, DataPurpose.Training, long.MaxValue)!;
        Assert.Empty(_log.Of(ChannelMessageKind.Warning));
        read.Tally.Report(Host(), DataPurpose.Training);
        Assert.Equal(["Skipped 1 of 3 rows (1 without a label) of the training data; "
            + "check label column 'Label'."], _log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void No_rows_are_an_error()
    {
        AssertTrainingFails("The training data has no rows; check the file, or the filter, that it comes from.");
    }

    [Fact]
    public void No_usable_rows_are_an_error_that_says_why()
    {
        AssertTrainingFails(
            "No row of the training data can be used: skipped 3 of 3 rows (2 with NaN or infinite features, 1 without a label); " +
            "replace and mark missing values with TabularFeatures.",
            new(1, Feature: float.NaN), new(2, Feature: float.NegativeInfinity), new(0));
        AssertTrainingFails(
            "No row of the training data can be used: skipped 2 of 2 rows (2 without a label); check label column 'Label'.",
            new(0), new(0));
        AssertTrainingFails(
            "No row of the training data can be used: skipped 1 of 1 rows (1 without a weight); check weight column 'Weight'.",
            new Row(1, float.NaN));
    }

    [Fact]
    public void Rows_of_one_class_are_an_error()
    {
        AssertTrainingFails(
            "All rows of the training data that can be used, 2, are of one class, but two are needed; check label column 'Label'.",
            new(2), new(2), new(0));
    }

    [Fact]
    public void A_class_whose_rows_all_have_weight_zero_does_not_count()
    {
        AssertTrainingFails(
            "All rows of the training data that can be used, 2, are of one class, but two are needed; check label column 'Label'.",
            new(2), new(2), new(1, 0));
    }

    [Fact]
    public void Rows_of_weight_zero_are_left_out_without_a_word()
    {
        Assert.Equal(2, ReadTraining(new Row(1), new Row(2, 0), new Row(2)).Count);
        Assert.Empty(_log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void Validation_rows_may_be_of_one_class()
    {
        Assert.Equal(2, Reader().Read(Load(new Row(2), new Row(2)), DataPurpose.Validation).Count);
    }

    [Fact]
    public void Validation_data_without_rows_is_an_error()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Reader().Read(Load(), DataPurpose.Validation));
        Assert.Equal("The validation data has no rows; check the file, or the filter, that it comes from.", exception.Message);
    }

    [Fact]
    public void Negative_weights_are_an_error()
    {
        AssertTrainingFails(
            "Weights in column 'Weight' must be finite and not negative but one is -0.5; use 0 to leave a row out.",
            new(1), new(2, -0.5f));
    }

    [Fact]
    public void Infinite_weights_are_an_error()
    {
        AssertTrainingFails(
            "Weights in column 'Weight' must be finite and not negative but one is Infinity; use 0 to leave a row out.",
            new(1), new(2, float.PositiveInfinity));
    }

    [Fact]
    public void Weights_that_are_all_zero_are_an_error()
    {
        AssertTrainingFails(
            "Every weight in column 'Weight' of the training data is 0; give some row a weight above 0.", new(1, 0), new(2, 0));
    }

    [Fact]
    public void Weights_are_not_read_where_none_are_asked_for()
    {
        var reader = new LabeledRowsReader(Host(), new LabeledColumns("Features", new KeyLabel("Label", 3), WeightName: null));
        Assert.Equal(2, reader.Read(Load(new Row(1, -1), new Row(2, float.NaN)), DataPurpose.Training).Count);
    }

    [Fact]
    public void A_vector_of_another_length_than_its_type_says_is_an_error()
    {
        IDataView data = LyingDataView.AboutLength(Load(new Row(1), new Row(2)), length: 3);
        var exception = Assert.Throws<InvalidOperationException>(() => Reader().Read(data, DataPurpose.Training));
        Assert.Equal("Column 'Features' must hold vectors of length 3, as its type says, but a row has length 2.", exception.Message);
    }

    [Fact]
    public void A_key_beyond_those_of_its_type_is_an_error()
    {
        IDataView data = new LyingDataView(Load(new Row(1), new Row(3)), "Label", new KeyDataViewType(typeof(uint), 2));
        var exception = Assert.Throws<InvalidOperationException>(() => Reader(keys: 2).Read(data, DataPurpose.Training));
        Assert.Equal("Label column 'Label' must hold keys from 1 to 2, as its type says, but a row has key 3.", exception.Message);
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    public void Messages_do_not_depend_on_the_culture(string culture)
    {
        using var _ = new CultureScope(culture);
        Negative_weights_are_an_error();
    }

    private void AssertTrainingFails(string expected, params Row[] rows)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => ReadTraining(rows));
        Assert.Equal(expected, exception.Message);
    }

    private LabeledRows ReadTraining(params Row[] rows) => Reader().Read(Load(rows), DataPurpose.Training);

    private LabeledRowsReader Reader(int keys = 3) => new(Host(), new LabeledColumns("Features", new KeyLabel("Label", keys), "Weight"));

    private IHost Host() => ((IHostEnvironment)_context).Register(Source);

    // ML.NET counts the keys of an object from 0 and takes what is out of range for missing; in a data view 0 is missing.
    private IDataView Load(params Row[] rows) => _context.Data.LoadFromEnumerable(rows.Select(row =>
        new DataRow { Label = unchecked(row.Label - 1), Weight = row.Weight, Features = [row.Feature, 1] }).ToArray());

    private sealed class Wide
    {
        public const int Width = 1000;

        [KeyType(2)]
        public uint Label { get; set; }

        [VectorType(Width)]
        public float[] Features { get; } = [.. Enumerable.Repeat(1f, Width)];
    }

    private sealed record Row(uint Label, float Weight = 1, float Feature = 0);

    private sealed class DataRow
    {
        [KeyType(3)]
        public uint Label { get; set; }

        public float Weight { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
