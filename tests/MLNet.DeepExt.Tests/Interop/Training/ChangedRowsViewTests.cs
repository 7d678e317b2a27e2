using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Interop.Training;

/// <summary>Rows in several versions, as a data view like any other.</summary>
[Trait("Spec", "B3")]
public sealed class ChangedRowsViewTests
{
    private const int Rows = 5;

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _source;

    public ChangedRowsViewTests() => _source = _context.Data.LoadFromEnumerable(Row.Generate(Rows));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    public void Every_row_comes_in_its_versions_with_all_other_columns_repeated(int copies, int versions)
    {
        IDataView view = View(copies);
        Assert.Equal(_source.Schema.Select(column => column.ToString()), view.Schema.Select(column => column.ToString()));
        int[] names = [.. view.GetColumn<int>("Number")];
        Assert.Equal(Enumerable.Range(0, Rows).SelectMany(row => Enumerable.Repeat(row, versions)), names);
        Assert.Equal(names.Select(number => $"row {number}"), view.GetColumn<string>("Name"));
        Assert.Equal(names.Select(number => number / 2f), view.GetColumn<float>("Weight"));

        float[][] clean = VectorRow.Read(_source), actual = VectorRow.Read(view);
        Assert.Equal(Rows * versions, actual.Length);
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(copies > 0 && i % versions == 0, clean[names[i]].SequenceEqual(actual[i]));
        Assert.Equal(actual.Length, actual.Select(row => string.Join(' ', row)).Distinct().Count());
    }

    [Fact]
    public void The_row_that_replaces_is_the_first_of_the_copies_that_follow()
    {
        float[][] replaced = VectorRow.Read(View(0)), two = VectorRow.Read(View(2));
        Assert.Equal(replaced, two.Where((_, i) => i % 3 == 1));
    }

    [Fact]
    public void Ids_are_those_of_the_rows_for_their_first_version_and_new_ones_for_the_others()
    {
        string[] source = Ids(_source), replaced = Ids(View(0)), copied = Ids(View(2));
        Assert.Equal(source, replaced);
        Assert.Equal(source, copied.Where((_, i) => i % 3 == 0));
        Assert.Equal(3 * Rows, copied.Distinct().Count());
        Assert.Equal(copied, Ids(View(2)));
    }

    [Fact]
    public void The_number_of_rows_is_known_where_that_of_the_source_is()
    {
        IDataView known = _context.Data.Cache(_source);
        VectorRow.Read(known);
        Assert.Equal(Rows, known.GetRowCount());
        Assert.Equal(3 * Rows, Transformer(2).TransformForTraining(known).GetRowCount());
        Assert.Null(Transformer(2).TransformForTraining(_context.Data.FilterRowsByColumn(_source, "Weight", 0, 1)).GetRowCount());
    }

    [Fact]
    public void Columns_that_nobody_asks_for_are_not_read()
    {
        IDataView view = View(1);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Number"]]);
        Assert.True(cursor.IsColumnActive(view.Schema["Number"]));
        Assert.False(cursor.IsColumnActive(view.Schema["Features"]));
        var exception = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]));
        Assert.Equal("Column 'Features' is not active; name it when asking for the cursor.", exception.Message);

        // Also one that the source is asked for under another name, or gives anyway.
        exception = Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema["Weight"]));
        Assert.Equal("Column 'Weight' is not active; name it when asking for the cursor.", exception.Message);
    }

    [Fact]
    public void A_getter_gives_the_same_however_often_and_in_whatever_order_it_is_asked()
    {
        IDataView view = View(2);
        float[][] expected = VectorRow.Read(view);
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        ValueGetter<VBuffer<float>> features = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        VBuffer<float> value = default;
        for (int i = 0; cursor.MoveNext(); i++)
        {
            Assert.Equal(i, cursor.Position);
            for (int again = 0; again < i % 4; again++)
            {
                features(ref value);
                Assert.Equal(expected[i], value.DenseValues());
            }
        }

        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
    }

    [Fact]
    public void Readings_are_alike_shuffled_or_in_parallel_or_through_a_file()
    {
        IDataView view = View(2);
        float[][] expected = VectorRow.Read(view);
        Assert.False(view.CanShuffle);
        Assert.Equal(expected, Read(view.GetRowCursor(view.Schema, new Random(1))));
        Assert.Equal(expected, Read(Assert.Single(view.GetRowCursorSet(view.Schema, 4, new Random(1)))));

        using var directory = new TemporaryDirectory();
        using (FileStream file = File.Create(directory.PathOf("rows.idv")))
            _context.Data.SaveAsBinary(view, file, keepHidden: false);
        Assert.Equal(expected, VectorRow.Read(_context.Data.LoadFromBinary(directory.PathOf("rows.idv"))));
    }

    [Fact]
    public void A_source_that_shuffles_and_maps_in_parallel_does_not_change_which_row_is_which()
    {
        IDataView mapped = _context.Transforms.CopyColumns("Other", "Features").Fit(_source).Transform(_source);
        IDataView wide = _context.Transforms.NormalizeMinMax("Scaled", "Other").Fit(mapped).Transform(mapped);
        Assert.Equal(VectorRow.Read(View(1)), VectorRow.Read(Transformer(1).TransformForTraining(wide)));
    }

    [Fact]
    public void Under_another_name_the_column_stays_beside_its_changed_version()
    {
        IDataView view = _context.Transforms.MixWithNoise("Mixed", Noise(), 0, "Features", "Features", copies: 1, seed: 1)
            .Fit(_source).TransformForTraining(_source);
        float[][] clean = VectorRow.Read(_source);
        Assert.Equal(clean.SelectMany(row => new[] { row, row }), VectorRow.Read(view));
        Assert.Equal(VectorRow.Read(View(1)), VectorRow.Read(view, "Mixed"));
        Assert.Equal(_source.Schema.Count + 1, view.Schema.Count);
    }

    [Fact]
    public void Annotations_are_kept_at_training_and_at_prediction()
    {
        IDataView named = _context.Transforms.Concatenate("Both", "Weight", "Features").Fit(_source).Transform(_source);
        IDataView noise = VectorRow.Dense(_context, [[1, 2, 3, 4, 5]]);
        var transformer = _context.Transforms.MixWithNoise("Mixed", noise, 0, "Both", "Features").Fit(named);
        Assert.Equal(
            AnnotationText.Of(named.Schema["Both"]), AnnotationText.Of(transformer.TransformForTraining(named).Schema["Mixed"]));
        Assert.Equal(AnnotationText.Of(named.Schema["Both"]), AnnotationText.Of(transformer.Transform(named).Schema["Mixed"]));
    }

    [Fact]
    public void The_source_is_closed_with_the_cursor()
    {
        var watched = new WatchedDataView(_source, _ => { });
        VectorRow.Read(Transformer(1).TransformForTraining(watched));
        Assert.Equal((1, 0), (watched.Cursors, watched.OpenCursors));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_rows()
    {
        IDataView many = _context.Data.LoadFromEnumerable(Enumerable.Range(0, int.MaxValue).Select(i => new Row { Features = Row.Shared }));
        IDataView view = Transformer(3).TransformForTraining(many);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Features"]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        VBuffer<float> value = default;
        // A row of the source is an object, for four rows of the view; the vectors themselves would take 16 bytes and more in each.
        Move(1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Move(10_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000 / 4 * 60);

        void Move(int rows)
        {
            for (int i = 0; i < rows; i++)
            {
                Assert.True(cursor.MoveNext());
                getter(ref value);
            }
        }
    }

    private static float[][] Read(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            var rows = new List<float[]>();
            ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Features"]);
            VBuffer<float> value = default;
            while (cursor.MoveNext())
            {
                getter(ref value);
                rows.Add([.. value.DenseValues()]);
            }

            return [.. rows];
        }
    }

    private static string[] Ids(IDataView view)
    {
        var ids = new List<string>();
        using DataViewRowCursor cursor = view.GetRowCursor([]);
        ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
        DataViewRowId id = default;
        while (cursor.MoveNext())
        {
            getter(ref id);
            ids.Add(id.ToString());
        }

        return [.. ids];
    }

    private IDataView Noise()
    {
        var random = new Random(3);
        return VectorRow.Dense(_context, [[.. Enumerable.Range(0, 10_000).Select(_ => random.NextSingle() - 0.5f)]]);
    }

    private DeepExt.Interop.TrainingTimeTransformer Transformer(int copies) =>
        _context.Transforms.MixWithNoise("Features", Noise(), snrDb: 0, copies: copies, seed: 1).Fit(_source);

    private IDataView View(int copies) => Transformer(copies).TransformForTraining(_source);

    private sealed class Row
    {
        public static readonly float[] Shared = [1, 2, 3, 4];

        public int Number { get; set; }

        public string Name { get; set; } = "";

        public float Weight { get; set; }

        [VectorType(4)]
        public float[] Features { get; set; } = [];

        public static Row[] Generate(int count) => [.. Enumerable.Range(0, count).Select(row => new Row
        {
            Number = row,
            Name = $"row {row}",
            Weight = row / 2f,
            Features = [row + 1, row, -row, 2],
        })];
    }
}
