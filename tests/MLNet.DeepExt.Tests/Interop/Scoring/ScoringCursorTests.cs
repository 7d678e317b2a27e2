using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Interop.Scoring;

/// <summary>However ML.NET reads scored data, it finds what scoring row by row gives.</summary>
public sealed class ScoringCursorTests(ScoredSample sample) : IClassFixture<ScoredSample>
{
    private static readonly int[] FileOrder = [.. Enumerable.Range(0, ScoredSample.RowCount)];

    private MLContext Context => sample.Context;

    [Fact]
    public void Scoring_row_by_row_reaches_every_row()
    {
        Assert.Equal(FileOrder, sample.Expected.Keys.Order());
    }

    [Fact]
    public void A_cursor_gives_the_values_the_order_and_the_ids_of_its_source()
    {
        Assert.Equal(FileOrder, ReadAll(sample.Scored, withIds: true));
    }

    [Fact]
    public void Getters_may_be_called_twice()
    {
        using DataViewRowCursor cursor = OpenCursor(sample.Scored);
        var reader = new RowReader(cursor);
        while (cursor.MoveNext())
        {
            Assert.Equal(sample.Expected[reader.ReadNumber()], reader.Read());
            Assert.Equal(sample.Expected[reader.ReadNumber()], reader.Read());
        }
    }

    [Fact]
    public void Rows_may_be_skipped()
    {
        using DataViewRowCursor cursor = OpenCursor(sample.Scored);
        var reader = new RowReader(cursor);
        int read = 0;
        while (cursor.MoveNext())
        {
            if (reader.ReadNumber() % 7 != 0)
                continue;
            Assert.Equal(sample.Expected[reader.ReadNumber()], reader.Read());
            read++;
        }

        Assert.Equal((ScoredSample.RowCount + 6) / 7, read);
    }

    [Fact]
    public void The_position_counts_rows_and_is_minus_one_outside_them()
    {
        using DataViewRowCursor cursor = OpenCursor(sample.Scored);
        Assert.Equal(-1, cursor.Position);
        for (long position = 0; position < ScoredSample.RowCount; position++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(position, cursor.Position);
        }

        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void The_batches_of_the_source_are_kept()
    {
        using DataViewRowCursor source = OpenCursor(sample.Prepared);
        using DataViewRowCursor cursor = OpenCursor(sample.Scored);
        var batches = new HashSet<long>();
        while (source.MoveNext() & cursor.MoveNext())
        {
            Assert.Equal(source.Batch, cursor.Batch);
            batches.Add(cursor.Batch);
        }

        Assert.True(batches.Count > 1, "The source has one batch only, which shows nothing.");
    }

    [Fact]
    public void A_set_of_cursors_read_one_after_another_gives_every_row_once()
    {
        int[] numbers = [.. sample.Scored.GetRowCursorSet(sample.Scored.Schema, 4).SelectMany(cursor => Read(cursor, withIds: false))];
        Assert.Equal(FileOrder, numbers.Order());
    }

    [Fact]
    public void A_set_of_cursors_read_on_threads_gives_every_row_once()
    {
        DataViewRowCursor[] cursors = sample.Scored.GetRowCursorSet(sample.Scored.Schema, 4);
        Assert.True(cursors.Length > 1, "The source gives one cursor only, which shows nothing.");
        var numbers = new ConcurrentBag<int>();
        Parallel.ForEach(cursors, new ParallelOptions { MaxDegreeOfParallelism = cursors.Length }, cursor =>
        {
            foreach (int number in Read(cursor, withIds: false))
                numbers.Add(number);
        });
        Assert.Equal(FileOrder, numbers.Order());
    }

    [Fact]
    public void Data_can_be_shuffled_if_the_source_can()
    {
        IDataView cached = Context.Data.Cache(sample.Prepared);
        Assert.True(sample.Transformer.Transform(cached).CanShuffle);
        Assert.False(sample.Scored.CanShuffle);
    }

    [Fact]
    public void A_shuffling_cursor_gives_every_row_in_another_order()
    {
        IDataView scored = sample.Transformer.Transform(Context.Data.Cache(sample.Prepared));
        int[] numbers = Read(scored.GetRowCursor(scored.Schema, new Random(3)), withIds: false);
        Assert.NotEqual(FileOrder, numbers);
        Assert.Equal(FileOrder, numbers.Order());
    }

    [Fact]
    public void Rows_shuffled_before_scoring_are_scored_right()
    {
        int[] numbers = ReadAll(sample.Transformer.Transform(Context.Data.ShuffleRows(sample.Prepared, seed: 5)));
        Assert.NotEqual(FileOrder, numbers);
        Assert.Equal(FileOrder, numbers.Order());
    }

    [Fact]
    public void Scored_rows_can_be_shuffled()
    {
        int[] numbers = ReadAll(Context.Data.ShuffleRows(sample.Scored, seed: 5));
        Assert.NotEqual(FileOrder, numbers);
        Assert.Equal(FileOrder, numbers.Order());
    }

    [Fact]
    public void Rows_filtered_before_scoring_are_scored_right()
    {
        IDataView filtered = Context.Data.FilterRowsByColumn(sample.Prepared, "A", 0, 1);
        int[] numbers = ReadAll(sample.Transformer.Transform(filtered), withIds: true);
        Assert.InRange(numbers.Length, 100, ScoredSample.RowCount - 100);
        Assert.Equal(numbers.Order(), numbers);
    }

    [Fact]
    public void The_first_rows_can_be_taken()
    {
        Assert.Equal(FileOrder[..5], ReadAll(Context.Data.TakeRows(sample.Scored, 5), withIds: true));
    }

    [Fact]
    public void The_first_rows_can_be_skipped()
    {
        Assert.Equal(FileOrder[4990..], ReadAll(Context.Data.SkipRows(sample.Scored, 4990), withIds: true));
    }

    [Fact]
    public void Scored_rows_can_be_cached()
    {
        Assert.Equal(FileOrder, ReadAll(Context.Data.Cache(sample.Scored)));
    }

    [Fact]
    public void Only_the_columns_that_were_asked_for_are_active()
    {
        DataViewSchema schema = sample.Scored.Schema;
        using DataViewRowCursor cursor = sample.Scored.GetRowCursor([schema["Score"]]);
        Assert.Equal(["Score"], schema.Where(cursor.IsColumnActive).Select(column => column.Name));
    }

    [Fact]
    public void A_getter_of_a_column_that_is_not_active_is_refused()
    {
        DataViewSchema schema = sample.Scored.Schema;
        using DataViewRowCursor cursor = sample.Scored.GetRowCursor([schema["Score"]]);
        var exception = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(schema["Colour"]));
        Assert.Equal("Column 'Colour' is not active; name it when asking for the cursor.", exception.Message);
    }

    [Fact]
    public void A_getter_of_the_wrong_type_is_refused()
    {
        DataViewSchema schema = sample.Scored.Schema;
        using DataViewRowCursor cursor = sample.Scored.GetRowCursor([schema["PredictedLabel"]]);
        var exception = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(schema["PredictedLabel"]));
        Assert.Equal("Column 'PredictedLabel' has values of type System.UInt32, not System.Single.", exception.Message);
    }

    [Fact]
    public void A_value_outside_the_rows_is_refused()
    {
        DataViewSchema schema = sample.Scored.Schema;
        using DataViewRowCursor cursor = sample.Scored.GetRowCursor([schema["PredictedLabel"]]);
        ValueGetter<uint> getter = cursor.GetGetter<uint>(schema["PredictedLabel"]);
        uint value = 0;
        var exception = Assert.Throws<InvalidOperationException>(() => getter(ref value));
        Assert.Equal("The cursor is not on a row; call MoveNext first, and stop when it returns false.", exception.Message);
    }

    [Fact]
    public void A_column_of_the_source_can_be_read_without_scoring()
    {
        DataViewSchema schema = sample.Scored.Schema;
        using DataViewRowCursor cursor = sample.Scored.GetRowCursor([schema["Number"]]);
        Assert.False(cursor.IsColumnActive(schema["Score"]));
        ValueGetter<int> getter = cursor.GetGetter<int>(schema["Number"]);
        var numbers = new List<int>();
        int number = 0;
        while (cursor.MoveNext())
        {
            getter(ref number);
            numbers.Add(number);
        }

        Assert.Equal(FileOrder, numbers);
    }

    [Fact]
    public void Rows_can_be_counted_without_any_column()
    {
        using DataViewRowCursor cursor = sample.Scored.GetRowCursor([]);
        int count = 0;
        while (cursor.MoveNext())
            count++;
        Assert.Equal(ScoredSample.RowCount, count);
    }

    [Fact]
    public void Who_writes_into_a_vector_that_was_handed_out_changes_nothing_else()
    {
        DataViewSchema schema = sample.Scored.Schema;
        using DataViewRowCursor cursor = sample.Scored.GetRowCursor([schema["Features"], schema["Score"]]);
        ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(schema["Features"]);
        ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(schema["Score"]);
        VBuffer<float> mine = default, again = default, scores = default;
        Assert.True(cursor.MoveNext());

        features(ref mine);
        VBufferEditor.CreateFromBuffer(ref mine).Values.Clear();
        score(ref scores);
        features(ref again);

        Assert.Equal(sample.Expected[0].Features, again.DenseValues());
        Assert.Equal(sample.Expected[0].Score, scores.DenseValues());
    }

    [Fact]
    public void Scored_rows_can_be_previewed()
    {
        DataDebuggerPreview preview = sample.Scored.Preview(maxRows: 10);
        float[][] scores = [.. preview.ColumnView.Single(column => column.Column.Name == "Score").Values
            .Select(value => ((VBuffer<float>)value).DenseValues().ToArray())];
        Assert.Equal(Enumerable.Range(0, 10).Select(number => sample.Expected[number].Score), scores);
    }

    [Fact]
    public void Scored_rows_can_be_saved_as_text()
    {
        using var stream = new MemoryStream();
        Context.Data.SaveAsText(sample.Scored, stream, headerRow: false, schema: false);
        stream.Position = 0;
        int lines = 0;
        for (var reader = new StreamReader(stream); reader.ReadLine() is not null;)
            lines++;
        Assert.Equal(ScoredSample.RowCount, lines);
    }

    [Fact]
    public void Scored_rows_saved_as_binary_come_back_the_same()
    {
        using var directory = new TemporaryDirectory();
        using (FileStream stream = File.Create(directory.PathOf("scored.idv")))
            Context.Data.SaveAsBinary(sample.Scored, stream);
        Assert.Equal(FileOrder, ReadAll(Context.Data.LoadFromBinary(directory.PathOf("scored.idv"))));
    }

    [Fact]
    public void Evaluate_accepts_the_scored_rows()
    {
        MulticlassClassificationMetrics metrics = Context.MulticlassClassification.Evaluate(sample.Scored);
        double accuracy = sample.Expected.Values.Average(row => row.Colour == NameOf(row.PredictedLabel) ? 1.0 : 0.0);
        Assert.Equal(accuracy, metrics.MicroAccuracy, 1e-12);
        Assert.True(accuracy > 0.8, $"A network that gets {accuracy:P0} right has learned nothing.");
    }

    [Fact]
    public void A_transform_of_ML_NET_after_ours_sees_the_right_rows()
    {
        ITransformer after = Context.Transforms.CopyColumns("Said", "PredictedLabel")
            .Append(Context.Transforms.Conversion.MapKeyToValue("Said"))
            .Append(Context.Transforms.NormalizeMinMax("Normalized", "Score"))
            .Fit(sample.Scored);
        IDataView transformed = after.Transform(sample.Scored);
        using DataViewRowCursor cursor = OpenCursor(transformed);
        var reader = new RowReader(cursor);
        ValueGetter<ReadOnlyMemory<char>> said = cursor.GetGetter<ReadOnlyMemory<char>>(transformed.Schema["Said"]);
        ReadOnlyMemory<char> word = default;
        int count = 0;
        for (; cursor.MoveNext(); count++)
        {
            said(ref word);
            Assert.Equal(count, reader.ReadNumber());
            Assert.Equal(NameOf(sample.Expected[count].PredictedLabel), word.ToString());
        }

        Assert.Equal(ScoredSample.RowCount, count);
    }

    [Fact]
    public void Images_are_made_when_their_row_comes_and_belong_to_who_reads_them()
    {
        int made = 0;
        IEnumerable<ImageRow> rows = Enumerable.Range(0, 20).Select(number => new ImageRow
        {
            Features = sample.Expected[number].Features,
            Image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, [(byte)made++, 2, 3, 255]),
        });
        IDataView scored = sample.Transformer.Transform(Context.Data.LoadFromEnumerable(rows));

        DataViewSchema schema = scored.Schema;
        using DataViewRowCursor cursor = scored.GetRowCursor([schema["Image"], schema["Score"]]);
        ValueGetter<MLImage> imageGetter = cursor.GetGetter<MLImage>(schema["Image"]);
        ValueGetter<VBuffer<float>> scoreGetter = cursor.GetGetter<VBuffer<float>>(schema["Score"]);
        MLImage image = null!;
        VBuffer<float> score = default;
        int count = 0;
        for (; cursor.MoveNext(); count++)
        {
            imageGetter(ref image);
            scoreGetter(ref score);
            Assert.Equal(count + 1, made);
            Assert.Equal(count, image.Pixels[0]);
            Assert.Equal(sample.Expected[count].Score, score.DenseValues());
            image.Dispose();
        }

        Assert.Equal(20, count);
    }

    private string NameOf(uint key)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        sample.Scored.Schema["PredictedLabel"].GetKeyValues(ref names);
        return names.GetItemOrDefault((int)key - 1).ToString();
    }

    private int[] ReadAll(IDataView data, bool withIds = false) => Read(OpenCursor(data), withIds);

    private static DataViewRowCursor OpenCursor(IDataView data) => data.GetRowCursor(data.Schema);

    /// <summary>Compares every row with what is expected of it; returns the rows' numbers in the order of the cursor.</summary>
    private int[] Read(DataViewRowCursor cursor, bool withIds)
    {
        using (cursor)
        {
            var reader = new RowReader(cursor);
            var numbers = new List<int>();
            while (cursor.MoveNext())
            {
                numbers.Add(reader.ReadNumber());
                ExpectedRow row = reader.Read(), expected = sample.Expected[numbers[^1]];
                Assert.True(withIds ? expected.Equals(row) : expected.HasValuesOf(row), $"Row {numbers[^1]} differs: {row}, not {expected}.");
            }

            return [.. numbers];
        }
    }

    private sealed class ImageRow
    {
        [VectorType(3)]
        public float[] Features { get; set; } = [];

        [Microsoft.ML.Transforms.Image.ImageType(1, 1)]
        public MLImage Image { get; set; } = null!;
    }
}
