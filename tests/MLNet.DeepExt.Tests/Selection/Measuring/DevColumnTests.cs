using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>Models that change the columns of segments and weights in their place.</summary>
[Trait("Spec", "C2")]
public sealed class DevColumnTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Segments_are_those_of_the_dev_rows_whatever_the_model_makes_of_them()
    {
        CountryRow[] rows = CountryRow.All();
        IDataView dev = _context.Data.LoadFromEnumerable(rows);
        ITransformer model = _context.Transforms.Categorical.OneHotEncoding("Country")
            .Append(_context.Transforms.Concatenate("Features", "Country", "F"))
            .Append(_context.BinaryClassification.Trainers.SdcaLogisticRegression()).Fit(dev);
        Assert.Equal(ByHand(rows, model, dev, "US", "China", "India", "Other"), AccuracyByCountry(model, dev), 1e-12);
    }

    [Fact]
    public void A_model_may_keep_no_columns_but_those_that_are_needed()
    {
        CountryRow[] rows = CountryRow.All();
        IDataView dev = _context.Data.LoadFromEnumerable(rows);
        ITransformer model = _context.Transforms.Concatenate("Features", "E", "F")
            .Append(_context.BinaryClassification.Trainers.SdcaLogisticRegression())
            .Append(_context.Transforms.SelectColumns("PredictedLabel", "Score", "Label", "Country")).Fit(dev);
        Assert.Equal(ByHand(rows, model, dev, "US", "China", "India", "Other"), AccuracyByCountry(model, dev), 1e-12);
    }

    [Fact]
    public void A_column_that_only_the_model_adds_is_none_of_the_dev_rows()
    {
        IDataView dev = _context.Data.LoadFromEnumerable(CountryRow.All());
        ITransformer model = _context.Transforms.CopyColumns("Score", "A").Append(_context.Transforms.CopyColumns("Land", "Country")).Fit(dev);
        Exception exception = Assert.Throws<InvalidOperationException>(() => _context.ModelSelection.Choose(("A", model))
            .Maximize(Metric.Accuracy.AveragedOver(Segments.ByColumn("Land"))).Decide(dev));
        Assert.Equal(
            "Candidate A: accuracy averaged over Land could not be measured: Could not find segment column 'Land'; "
            + "name one of 'Country', 'Label', 'A', 'B', 'C', 'D', 'E', 'F'.",
            exception.Message);
    }

    [Fact]
    public void Weights_are_those_of_the_dev_rows()
    {
        ClassRow[] rows = ClassRow.Generate(1, 60, 60);
        IDataView dev = _context.Data.LoadFromEnumerable(rows);
        ITransformer model = _context.Transforms.NormalizeMeanVariance("Weight", fixZero: false)
            .Append(_context.Transforms.Concatenate("Features", "Features", "Weight"))
            .Append(_context.BinaryClassification.Trainers.SdcaLogisticRegression("IsRare", maximumNumberOfIterations: 1)).Fit(dev);
        bool[] said = [.. model.Transform(dev).GetColumn<bool>("PredictedLabel")];
        double expected = rows.Zip(said).Sum(pair => pair.First.IsRare == pair.Second ? pair.First.Weight : 0) / rows.Sum(row => (double)row.Weight);
        ModelDecision decision = _context.ModelSelection.Choose(("M", model)).Maximize(Metric.Accuracy)
            .Decide(dev, new EvaluationOptions { LabelColumnName = "IsRare", ExampleWeightColumnName = "Weight" });
        Assert.Equal(expected, decision.Candidates[0].Figures[Metric.Accuracy], 1e-9);
    }

    [Fact]
    public void A_metric_of_one_class_is_averaged_over_segments()
    {
        CountryRow[] rows = CountryRow.All();
        IDataView dev = _context.Data.LoadFromEnumerable(rows);
        ITransformer model = _context.Transforms.CopyColumns("Score", "F").Fit(dev);
        Criterion recall = Metric.Recall.OfClass("False").AveragedOver(Segments.ByColumn("Country"));
        Criterion worst = Metric.Recall.OfClass("False").WorstOf(Segments.ByColumn("Country"));
        double[] expected =
        [
            .. rows.GroupBy(row => row.Country)
                .Select(country => country.Where(row => !row.Label).Average(row => row.F > 0 ? 0.0 : 1)),
        ];
        ModelDecision decision = _context.ModelSelection.Choose(("F", model)).Maximize(recall).SubjectTo(worst, atLeast: 0).Decide(dev);
        Assert.Equal(expected.Average(), decision.Candidates[0].Figures[recall], 1e-12);
        Assert.Equal(expected.Min(), decision.Candidates[0].Figures[worst], 1e-12);
        Assert.Equal(
            ("recall of False averaged over Country", "worst recall of False of Country"), (recall.Name, worst.Name));
        Assert.NotEqual(recall, Metric.Recall.OfClass("True").AveragedOver(Segments.ByColumn("Country")));
        Assert.Equal(recall, Metric.Recall.OfClass("False").AveragedOver(Segments.ByColumn("Country")));
    }

    private double AccuracyByCountry(ITransformer model, IDataView dev)
    {
        Criterion average = Metric.Accuracy.AveragedOver(Segments.ByColumn("Country"));
        return _context.ModelSelection.Choose(("M", model)).Maximize(average).Decide(dev).Candidates[0].Figures[average];
    }

    private static double ByHand(CountryRow[] rows, ITransformer model, IDataView dev, params string[] countries)
    {
        bool[] said = [.. model.Transform(dev).GetColumn<bool>("PredictedLabel")];
        return countries.Average(country => rows.Zip(said).Where(pair => pair.First.Country == country)
            .Average(pair => pair.First.Label == pair.Second ? 1.0 : 0));
    }
}
