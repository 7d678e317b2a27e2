using Microsoft.ML;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>Models that say nothing about some rows, which are the hard ones, beside models that answer all.</summary>
[Trait("Spec", "C3")]
public sealed class UnevenRowsTests
{
    private readonly MLContext _context = new(seed: 1);
    private readonly SampleRow[] _rows = SampleRow.Generate(300, seed: 2);
    private readonly SampleRow[] _train = SampleRow.Generate(300, seed: 1);

    [Fact]
    public void Who_does_not_know_a_label_does_not_win_by_leaving_its_rows_out()
    {
        // All that are blue look green.
        foreach (SampleRow row in _rows.Where(row => row.Label == "blue"))
            (row.A, row.B, row.C) = (1, 10, 900);
        int known = _rows.Count(row => row.Label != "blue");
        ITransformer narrow = Fit(_train.Where(row => row.Label != "blue")), all = Fit(_train);
        ModelDecision decision = Choose(("narrow", narrow), ("all", all)).Decide(Load(_rows));
        JudgedCandidate judged = decision.Candidates[0];
        Assert.True(judged.Figures[Metric.Accuracy] > decision.Candidates[1].Figures[Metric.Accuracy]);
        Assert.Equal("all", decision.Winner?.Name);
        Assert.Equal([known, 300], decision.Candidates.Select(candidate => candidate.Rows));
        Assert.Equal(
            [$"was measured on {known} rows but others on 300: it has no scores for the rest, or does not know their labels"],
            judged.Violations);
        Assert.Equal([false, true], decision.Candidates.Select(candidate => candidate.IsFeasible));
        Assert.Equal([false, true], decision.Candidates.Select(candidate => candidate.IsOnParetoFront));
        Assert.Equal("all is chosen: it alone has all figures on all rows.", decision.Verdict);
        Assert.Matches($@"\ncandidate +accuracy +rows +Pareto front +result\r?\nnarrow +\S+ +{known} +no +was measured", decision.ToString(200));
    }

    [Fact]
    public void Who_has_no_scores_for_some_rows_does_not_win_by_it()
    {
        // A network has no scores for a row that lacks a feature. The other one does without it, and without most of what can be known.
        foreach (SampleRow row in _rows[..100])
            row.A = float.NaN;
        ITransformer modest = _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(_context.Transforms.Concatenate("Features", "B"))
            .Append(_context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 5))
            .Append(_context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(Load(_train));
        ModelDecision decision = Choose(("silent", Fit(_train)), ("modest", modest)).Decide(Load(_rows));
        Assert.Equal([200, 300], decision.Candidates.Select(candidate => candidate.Rows));
        Assert.Equal("modest", decision.Winner?.Name);
    }

    [Fact]
    public void Rows_are_counted_where_all_metrics_are_of_segments_too()
    {
        ITransformer narrow = Fit(_train.Where(row => row.Label != "blue"));
        ModelDecision decision = _context.ModelSelection.Choose(("narrow", narrow), ("all", Fit(_train)))
            .Maximize(Metric.Accuracy.AveragedOver(Segments.ByColumn("Segment"))).Decide(_context.Data.LoadFromEnumerable(
                _rows.Select((row, i) => new SegmentRow { A = row.A, B = row.B, C = row.C, Label = row.Label, Segment = i % 2 })));
        Assert.Equal([_rows.Count(row => row.Label != "blue"), 300], decision.Candidates.Select(candidate => candidate.Rows));
        Assert.Equal("all", decision.Winner?.Name);
    }

    [Fact]
    public void Where_all_have_the_same_rows_the_table_does_not_tell_of_them()
    {
        ModelDecision decision = _context.ModelSelection
            .Choose(new Candidate("all", Fit(_train)), new Candidate("given").With(Metric.Accuracy, 0.1))
            .Maximize(Metric.Accuracy).Decide(Load(_rows));
        Assert.Equal([300, null], decision.Candidates.Select(candidate => candidate.Rows));
        Assert.All(decision.Candidates, candidate => Assert.True(candidate.IsFeasible));
        Assert.DoesNotContain("rows", decision.ToString(), StringComparison.Ordinal);
    }

    private ModelChoice Choose(params (string, ITransformer)[] models) => _context.ModelSelection.Choose(models).Maximize(Metric.Accuracy);

    private ITransformer Fit(IEnumerable<SampleRow> rows) => SamplePipeline.Create(_context).Fit(Load(rows));

    private IDataView Load(IEnumerable<SampleRow> rows) => _context.Data.LoadFromEnumerable(rows);

    private sealed class SegmentRow
    {
        public float A { get; set; }

        public float B { get; set; }

        public float C { get; set; }

        public string Label { get; set; } = "";

        public float Segment { get; set; }
    }
}
