using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Splits;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Splits;

/// <summary>Parts are data views as good as any: lazy, of known length, with the rows of their source.</summary>
[Trait("Spec", "B4")]
public sealed class PartDataViewTests
{
    private const int Rows = 200;
    private readonly MLContext _context = new(seed: 1);
    private readonly SplitRow[] _rows = SplitRow.Rows(Rows);

    [Fact]
    public void A_part_has_the_schema_the_rows_and_the_ids_of_its_source()
    {
        IDataView data = SplitRow.Load(_context, _rows);
        TrainDevTestData split = _context.Data.TrainDevTestSplit(data);
        Assert.Same(data.Schema, split.Dev.Schema);
        Assert.Equal(20, split.Dev.GetRowCount());
        Assert.False(split.Dev.CanShuffle);
        int[] ids = [.. split.Dev.GetColumn<int>("Id")];
        Assert.Equal(
            ids.Select(id => (_rows[id].Label, _rows[id].Time, _rows[id].Features[2])),
            SplitRow.Read(_context, split.Dev).Select(row => (row.Label, row.Time, row.Features[2])));

        using DataViewRowCursor source = data.GetRowCursor(data.Schema);
        using DataViewRowCursor cursor = split.Dev.GetRowCursor(data.Schema);
        ValueGetter<DataViewRowId> sourceId = source.GetIdGetter(), ownId = cursor.GetIdGetter();
        DataViewRowId expected = default, actual = default;
        Assert.Equal(-1, cursor.Position);
        for (int position = 0; position < ids.Length; position++)
        {
            Assert.True(cursor.MoveNext());
            while (source.Position < ids[position])
                Assert.True(source.MoveNext());
            sourceId(ref expected);
            ownId(ref actual);
            Assert.Equal(expected, actual);
            Assert.Equal(position, cursor.Position);
        }

        Assert.False(cursor.MoveNext());
        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void Only_the_columns_asked_for_are_read()
    {
        IDataView data = SplitRow.Load(_context, _rows);
        TrainDevTestData split = _context.Data.TrainDevTestSplit(data);
        using DataViewRowCursor cursor = split.Test.GetRowCursor([data.Schema["Label"]]);
        Assert.True(cursor.IsColumnActive(data.Schema["Label"]));
        Assert.False(cursor.IsColumnActive(data.Schema["Group"]));
    }

    [Fact]
    public void A_set_of_cursors_and_a_wish_to_shuffle_give_every_row_once()
    {
        IDataView data = _context.Data.Cache(SplitRow.Load(_context, _rows)); // one that can shuffle
        Assert.True(data.CanShuffle);
        TrainDevTestData split = _context.Data.TrainDevTestSplit(data);
        int[] expected = [.. split.Train.GetColumn<int>("Id")];
        DataViewSchema.Column id = data.Schema["Id"];
        var ids = new List<int>();
        foreach (DataViewRowCursor cursor in split.Train.GetRowCursorSet([id], 4, new Random(1)))
        {
            using (cursor)
            {
                ValueGetter<int> getter = cursor.GetGetter<int>(id);
                for (int value = 0; cursor.MoveNext();)
                {
                    getter(ref value);
                    ids.Add(value);
                }
            }
        }

        Assert.Equal(expected, ids);
        Assert.Equal(expected.Order(), _context.Data.ShuffleRows(split.Train).GetColumn<int>("Id").Order());
    }

    [Fact]
    public void Splitting_reads_once_and_parts_are_read_when_they_are_asked_for()
    {
        var watched = new WatchedDataView(SplitRow.Load(_context, _rows), _ => { });
        TrainDevTestData split = _context.Data.TrainDevTestSplit(watched, labelColumnName: "Label");
        Assert.Equal((1, 0), (watched.Cursors, watched.OpenCursors));
        Assert.Equal(160, split.Train.GetColumn<int>("Id").Count());
        Assert.Equal(160, split.Train.GetColumn<int>("Id").Count());
        Assert.Equal((3, 0), (watched.Cursors, watched.OpenCursors));
    }

    [Fact]
    public void Cached_parts_are_read_once_and_can_be_shuffled()
    {
        var watched = new WatchedDataView(SplitRow.Load(_context, _rows), _ => { });
        TrainDevTestData split = _context.Data.TrainDevTestSplit(watched, new TrainDevTestSplitOptions { Cache = true });
        Assert.Equal(20, split.Dev.GetColumn<int>("Id").Count());
        int before = watched.Cursors;
        Assert.Equal(20, split.Dev.GetColumn<int>("Id").Count());
        Assert.Equal(before, watched.Cursors);
        Assert.True(split.Dev.CanShuffle);
    }

    [Theory]
    [InlineData(190, "has 190")]
    [InlineData(210, "has more")]
    public void Data_that_has_other_rows_than_when_it_was_split_is_an_error(int later, string rows)
    {
        int readings = 0;
        IDataView data = _context.Data.LoadFromEnumerable(Changing());
        TrainDevTestData split = _context.Data.TrainDevTestSplit(data);
        Assert.Equal(
            $"The data had 200 rows when it was split but {rows} now, so that parts may share rows; " +
            "split data that stays the same, such as what Cache of the context's data operations makes of it.",
            Assert.Throws<InvalidOperationException>(() => split.Train.GetColumn<int>("Id").Count()).Message);

        IEnumerable<SplitRow> Changing()
        {
            foreach (SplitRow row in SplitRow.Rows(readings++ == 0 ? Rows : later))
                yield return row;
        }
    }

    [Fact]
    public void Cached_parts_of_data_whose_order_changes_share_no_row()
    {
        int readings = 0;
        TrainDevTestData split = _context.Data.TrainDevTestSplit(
            _context.Data.LoadFromEnumerable(Shuffling()),
            new TrainDevTestSplitOptions { Cache = true, DevFraction = 0.3, TestFraction = 0.3 });
        int[] ids = [.. split.Train.GetColumn<int>("Id"), .. split.Dev.GetColumn<int>("Id"), .. split.Test.GetColumn<int>("Id")];
        Assert.Equal(Enumerable.Range(0, Rows), ids.Order());
        // And columns that are read apart are of the same rows.
        Assert.Equal(
            split.Dev.GetColumn<int>("Id").Select(id => _rows[id].Number), split.Dev.GetColumn<float>("Number"));

        IEnumerable<SplitRow> Shuffling()
        {
            SplitRow[] rows = [.. _rows];
            new Random(readings++).Shuffle(rows);
            foreach (SplitRow row in rows)
                yield return row;
        }
    }

    [Fact]
    public void A_network_learns_from_train_and_stops_by_dev()
    {
        foreach (SplitRow row in _rows)
            row.Flag = row.Features[0] > 0.5f;
        TrainDevTestData split = _context.Data.TrainDevTestSplit(SplitRow.Load(_context, _rows), 0.2, 0.2, labelColumnName: "Flag");
        var pipeline = _context.Transforms.NormalizeInputs("Features")
            .Append(_context.BinaryClassification.Trainers.NeuralNetwork("Flag", hiddenUnits: [8]));
        ITransformer model = pipeline.Fit(split.Train, split.Dev);
        Assert.InRange(_context.BinaryClassification.EvaluateNonCalibrated(model.Transform(split.Test), "Flag").Accuracy, 0.8, 1);
    }
}
