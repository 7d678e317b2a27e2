using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Composition;

/// <summary>Every kind of trainer among the components that users put before and after it.</summary>
public sealed class ComposedPipelineTests
{
    private static readonly TaskRow[] Rows = TaskRow.Generate(200, seed: 1);

    private readonly MLContext _context = new(seed: 1);
    private readonly IDataView _data;

    public ComposedPipelineTests() => _data = _context.Data.LoadFromEnumerable(Rows);

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void A_cache_before_or_after_the_trainer_changes_nothing(string kind)
    {
        string[] expected = OutputText.Of(Pipeline(kind).Fit(_data), _data);
        ITransformer before = TaskRow.Preparation(_context).AppendCacheCheckpoint(_context).Append(Trainer(kind)).Fit(_data);
        ITransformer after = Pipeline(kind).AppendCacheCheckpoint(_context)
            .Append(_context.Transforms.CopyColumns("Copy", "Score")).Fit(_data);
        Assert.Equal(expected, OutputText.Of(before, _data));
        Assert.Equal(expected, OutputText.Of(after, _data));
        Assert.Equal(expected, OutputText.Of(Pipeline(kind).Fit(_context.Data.Cache(_data)), _context.Data.Cache(_data)));
    }

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Rows_that_are_saved_and_loaded_train_and_score_the_same_model(string kind)
    {
        using var directory = new TemporaryDirectory();
        IDataView prepared = TaskRow.Prepare(_context, Rows);
        IDataView back = SaveAndLoad(prepared, directory.PathOf("rows.idv"));
        NeuralNetworkTransformer model = TrainerKind.Of(kind).Fit(_context, back);
        string[] expected = OutputText.Of(TrainerKind.Of(kind).Fit(_context, prepared), prepared);
        Assert.Equal(expected, OutputText.Of(model, prepared));
        Assert.Equal(expected, OutputText.Of(SaveAndLoad(model.Transform(back), directory.PathOf("scored.idv"))));
    }

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Filters_and_shuffles_before_and_after_choose_rows_and_change_no_score(string kind)
    {
        ITransformer model = Pipeline(kind).Fit(_context.Data.FilterRowsByColumn(_data, "Weight", upperBound: 1.2));
        Dictionary<float, string> byRow = Enumerable.Range(0, Rows.Length)
            .ToDictionary(i => Rows[i].A, i => OutputText.Of(model, _data)[i]);

        IDataView few = _context.Data.FilterRowsByColumn(_data, "B", lowerBound: 0);
        AssertSame(model.Transform(few), Rows.Where(row => row.B >= 0).Select(row => row.A));
        AssertSame(_context.Data.FilterRowsByColumn(model.Transform(_data), "B", lowerBound: 0), Rows.Where(row => row.B >= 0).Select(row => row.A));
        AssertSame(_context.Data.TakeRows(_context.Data.SkipRows(model.Transform(_data), 30), 50), Rows.Skip(30).Take(50).Select(row => row.A));
        AssertSame(_context.Data.FilterRowsByMissingValues(model.Transform(_data), "Score"), Rows.Select(row => row.A));

        IDataView shuffledAfter = _context.Data.ShuffleRows(model.Transform(_data), seed: 3);
        IDataView shuffledBefore = model.Transform(_context.Data.ShuffleRows(_data, seed: 3));
        float[] order = [.. shuffledAfter.GetColumn<float>("A")];
        Assert.NotEqual(Rows.Select(row => row.A), order);
        Assert.Equal(Rows.Select(row => row.A).Order(), order.Order());
        AssertSame(shuffledAfter, order);
        AssertSame(shuffledBefore, shuffledBefore.GetColumn<float>("A"));

        void AssertSame(IDataView scored, IEnumerable<float> rows) =>
            Assert.Equal(rows.Select(row => byRow[row]), OutputText.Of(scored));
    }

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void A_preview_shows_the_first_rows(string kind)
    {
        ITransformer model = Pipeline(kind).Fit(_data);
        DataDebuggerPreview preview = model.Preview(_data, maxRows: 5);
        Assert.Equal(5, preview.RowView.Length);
        Assert.Contains(preview.Schema, column => column.Name == "Score");
        Assert.Contains(Pipeline(kind).Preview(_data, maxRows: 3).Schema, column => column.Name == "Score");
    }

    [Theory]
    [MemberData(nameof(TrainerKind.Names), MemberType = typeof(TrainerKind))]
    public void Columns_that_are_dropped_or_added_after_it_do_not_matter_to_it(string kind)
    {
        string[] expected = OutputText.Of(Pipeline(kind).Fit(_data), _data);
        ITransformer model = Pipeline(kind)
            .Append(_context.Transforms.DropColumns("A", "B", "C", "Features"))
            .Append(_context.Transforms.CopyColumns("Again", "Score")).Fit(_data);
        Assert.Equal(expected, OutputText.Of(model, _data));
        Assert.Null(model.GetOutputSchema(_data.Schema).GetColumnOrNull("Features"));
    }

    [Fact]
    public void Two_trainers_in_one_chain_each_see_what_is_before_them()
    {
        ITransformer model = TaskRow.Preparation(_context)
            .Append(TrainerKind.Binary.Create(_context))
            .Append(_context.Transforms.CopyColumns("YesScore", "Score"))
            .Append(_context.Transforms.Concatenate("Features", "A", "YesScore"))
            .Append(TrainerKind.Regression.Create(_context)).Fit(_data);
        IDataView scored = model.Transform(_data);
        Assert.Equal(OutputText.Of(Pipeline("Binary").Fit(_data), _data).Select(line => line.Split(' ')[1]),
            scored.GetColumn<float>("YesScore").Select(score => score.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.True(double.IsFinite(_context.Regression.Evaluate(scored, "Number").RSquared));
    }

    [Fact]
    public void Cross_validation_of_ML_NET_takes_whole_chains()
    {
        Assert.All(
            _context.BinaryClassification.CrossValidate(_data, Pipeline("Binary"), 3, "Yes"),
            fold => Assert.True(fold.Metrics.AreaUnderRocCurve > 0.8, $"{fold.Metrics.AreaUnderRocCurve}"));
        Assert.All(
            _context.BinaryClassification.CrossValidateNonCalibrated(_data, Pipeline("Binary"), 3, "Yes"),
            fold => Assert.True(fold.Metrics.AreaUnderRocCurve > 0.8, $"{fold.Metrics.AreaUnderRocCurve}"));
        Assert.All(
            _context.MulticlassClassification.CrossValidate(_data, Pipeline("Multiclass"), 3, "Class"),
            fold => Assert.True(fold.Metrics.MicroAccuracy > 0.6, $"{fold.Metrics.MicroAccuracy}"));
        Assert.All(
            _context.Regression.CrossValidate(_data, Pipeline("Regression"), 3, "Number"),
            fold => Assert.True(fold.Metrics.RSquared > 0.2, $"{fold.Metrics.RSquared}"));
    }

    [Fact]
    public void A_data_frame_trains_and_is_scored()
    {
        var frame = new DataFrame(
            new SingleDataFrameColumn("A", Rows.Select(row => row.A)),
            new SingleDataFrameColumn("B", Rows.Select(row => row.B)),
            new SingleDataFrameColumn("C", Rows.Select(row => row.C)),
            new BooleanDataFrameColumn("Yes", Rows.Select(row => row.Yes)),
            new SingleDataFrameColumn("Number", Rows.Select(row => row.Number)));
        foreach (string kind in new[] { "Binary", "Regression" })
        {
            ITransformer model = Pipeline(kind).Fit(frame);
            string[] expected = OutputText.Of(Pipeline(kind).Fit(_data), _data);
            Assert.Equal(expected, OutputText.Of(model, frame));
            DataFrame scored = model.Transform(frame).ToDataFrame(-1, "Score");
            Assert.Equal(model.Transform(frame).GetColumn<float>("Score"), scored["Score"].Cast<float>());
        }
    }

    [Fact]
    public void Rows_that_are_made_while_they_are_read_train_the_same_model()
    {
        int readings = 0;
        IDataView streaming = _context.Data.LoadFromEnumerable(Enumerate());
        string[] expected = OutputText.Of(Pipeline("Binary").Fit(_data), _data);
        Assert.Equal(expected, OutputText.Of(Pipeline("Binary").Fit(streaming), streaming));
        Assert.True(readings > 1, $"{readings}");

        IEnumerable<TaskRow> Enumerate()
        {
            readings++;
            foreach (TaskRow row in Rows)
                yield return row;
        }
    }

    [Fact]
    public void Columns_in_another_order_and_columns_that_nobody_knows_do_not_matter()
    {
        ITransformer model = Pipeline("Binary").Fit(_data);
        IDataView other = _context.Data.LoadFromEnumerable(Rows.Select(row => new OtherRow { C = row.C, Text = "?", B = row.B, A = row.A }));
        Assert.Equal(OutputText.Of(model, _data), OutputText.Of(model, other));
    }

    private IDataView SaveAndLoad(IDataView data, string path)
    {
        using (FileStream file = File.Create(path))
            _context.Data.SaveAsBinary(data, file);
        return _context.Data.LoadFromBinary(path);
    }

    private IEstimator<ITransformer> Trainer(string kind) => TrainerKind.Of(kind).Create(_context);

    private EstimatorChain<ITransformer> Pipeline(string kind) => TaskRow.Preparation(_context).Append(Trainer(kind));

    private sealed class OtherRow
    {
        public float C { get; set; }

        public string Text { get; set; } = "";

        public float B { get; set; }

        public float A { get; set; }
    }
}
