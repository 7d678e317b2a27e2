using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Evaluation;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Selection;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Selection;

/// <summary>False positives of a class that is named, of models of several classes.</summary>
[Trait("Spec", "C3")]
public sealed class FalseAlarmsTests
{
    private static readonly FalsePositivesPer24Hours Alarms = Metric.FalsePositivesPer24Hours(TimeSpan.FromSeconds(1));

    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData("red", "green", "blue")]
    [InlineData("red", "green")] // which of two is the yes is not guessed either
    public void They_are_counted_of_the_class_that_is_named(params string[] labels)
    {
        SampleRow[] rows = [.. SampleRow.Generate(300, seed: 2).Where(row => labels.Contains(row.Label))];
        IDataView dev = _context.Data.LoadFromEnumerable(rows);
        ITransformer model = SamplePipeline.Create(_context).Fit(
            _context.Data.LoadFromEnumerable(SampleRow.Generate(300, seed: 1).Where(row => labels.Contains(row.Label))));
        string[] said = [.. model.Transform(dev).GetColumn<string>("PredictedLabel")];
        ModelChoice choice = _context.ModelSelection.Choose(("network", model));
        foreach (string label in labels)
        {
            Criterion criterion = Alarms.OfClass(label);
            Assert.Equal($"false positives per 24 hours (rows of 00:00:01) of {label}", criterion.Name);
            int wrong = rows.Zip(said).Count(pair => pair.First.Label != label && pair.Second == label);
            Assert.Equal(86_400.0 * wrong / rows.Length, choice.Minimize(criterion).Decide(dev).Candidates[0].Figures[criterion], 1e-6);
        }

        Assert.Equal(
            "Candidate network: false positives per 24 hours (rows of 00:00:01) could not be measured: it measures one class or label but there "
            + $"are {labels.Length} outputs; name it with OfClass or Class.",
            Assert.Throws<InvalidOperationException>(() => choice.Minimize(Alarms).Decide(dev)).Message);
    }

    [Fact]
    public void Weights_by_class_would_change_how_long_a_day_is()
    {
        (ITransformer model, _) = SamplePipeline.Fit();
        IDataView dev = _context.Data.LoadFromEnumerable(SampleRow.Generate(50, seed: 2));
        Criterion[] criteria =
        [
            Alarms with { Class = 0 }, Alarms.OfClass("red"), Alarms.OfClass("red").AveragedOver(Segments.ByColumn("Label")),
            Alarms.OfClass("red").WorstOf(Segments.ByColumn("Label")),
        ];
        for (int i = 0; i < criteria.Length; i++)
        {
            ModelChoice choice = _context.ModelSelection.Choose(("network", model)).Minimize(criteria[i]);
            Assert.Equal(
                $"ClassWeights is LabelWeights.Balanced, but false positives per 24 hours " +
                    $"(rows of 00:00:01){(i == 0 ? " of class 0" : "")} counts the "
                + "time that rows are about, which weights by class would stretch; leave ClassWeights at LabelWeights.None.",
                Assert.Throws<ArgumentException>(
                    () => choice.Decide(dev, new EvaluationOptions { ClassWeights = LabelWeights.Balanced })).WithoutParameter());
        }
    }
}
