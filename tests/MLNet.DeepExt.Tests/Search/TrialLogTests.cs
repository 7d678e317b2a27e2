using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Search;
using MLNet.DeepExt.Tests.SearchProbe;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Search;

/// <summary>What all trials have to say is said once.</summary>
[Trait("Spec", "C5")]
public sealed class TrialLogTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_warning_of_every_trial_is_logged_once_and_counted_in_the_end(int parallel)
    {
        var context = new MLContext(seed: 1);
        List<string> warnings = Messages(context, ChannelMessageKind.Warning), infos = Messages(context, ChannelMessageKind.Info);
        (IDataView train, IDataView dev) = ProbeSearch.Rows(context);
        NumberSearch.Of(context, trial =>
        {
            using IChannel channel = ((IHostEnvironment)trial.Context).Start("Test");
            channel.Warning(MessageSensitivity.None, "Mind the gap.");
            if (trial.Number == 3)
                channel.Warning(MessageSensitivity.None, "Only here.");
            return new PlainEstimator(_ => trial.Number);
        }).Run(train, dev, new SearchOptions { Trials = 7, Seed = 1, ParallelTrials = parallel });
        Assert.Equal(2, warnings.Count);
        Assert.Single(warnings, warning => warning.EndsWith("Test: Mind the gap.", StringComparison.Ordinal));
        Assert.Single(warnings, warning => warning.EndsWith("Test: Only here.", StringComparison.Ordinal));
        Assert.Single(infos, info => Regex.IsMatch(info, "^The warning of Trial [0-6] was given 7 times in all: Mind the gap\\.$"));
    }

    [Fact]
    public void Missing_values_are_told_of_once_in_a_search()
    {
        var context = new MLContext(seed: 1);
        List<string> warnings = Warnings(context);
        IEnumerable<GapRow> rows = Enumerable.Range(0, 60)
            .Select(i => new GapRow { Age = i % 7 == 0 ? float.NaN : i % 10, Height = i % 9, Label = i % 10 > 4 });
        IDataView data = context.Data.LoadFromEnumerable(rows);
        context.ModelSelection.Search(
                new SearchSpace { ["Rate"] = Range.Log(1e-3, 1e-1) },
                trial => trial.Context.Transforms.TabularFeatures("Features", "Label", ["Age", "Height"])
                    .Append(trial.Context.BinaryClassification.Trainers.NeuralNetwork(new NeuralNetworkBinaryTrainer.Options
                    {
                        LearningRate = trial.Get<double>("Rate"),
                        HiddenUnits = [3],
                        MaximumEpochs = 2,
                    })))
            .Maximize(Metric.Accuracy).Run(data, data, new SearchOptions { Trials = 6, Seed = 1 });
        string[] missing = [.. warnings.Where(warning => warning.Contains("lacks a number", StringComparison.Ordinal))];
        Assert.Contains("Column 'Age' lacks a number in 9 of 60 rows", Assert.Single(missing), StringComparison.Ordinal);
    }

    [Fact]
    public void Dev_rows_that_cannot_be_judged_are_told_of_once_in_a_search()
    {
        var context = new MLContext(seed: 1);
        List<string> warnings = Warnings(context);
        LabelRow[] rows = [.. Enumerable.Range(0, 60).Select(i => new LabelRow { Features = [i % 10, i % 3], Label = i % 10 })];
        IDataView train = context.Data.LoadFromEnumerable(rows);
        rows[5].Label = float.NaN;
        IDataView dev = context.Data.LoadFromEnumerable(rows);
        context.ModelSelection.Search(
                new SearchSpace { ["Rate"] = Range.Log(1e-3, 1e-1) },
                trial => trial.Context.Regression.Trainers.NeuralNetwork(new NeuralNetworkRegressionTrainer.Options
                {
                    LearningRate = trial.Get<double>("Rate"),
                    HiddenUnits = [3],
                    MaximumEpochs = 2,
                }))
            .Maximize(Metric.RSquared).Run(context.Data.FilterRowsByMissingValues(train, "Label"), dev, new SearchOptions { Trials = 5, Seed = 1 });
        Assert.Single(warnings, warning => warning.Contains("1 of 60 rows", StringComparison.Ordinal));
    }

    private static List<string> Warnings(MLContext context) => Messages(context, ChannelMessageKind.Warning);

    private static List<string> Messages(MLContext context, ChannelMessageKind kind)
    {
        List<string> messages = [];
        context.Log += (_, message) =>
        {
            if (message.Kind != kind)
                return;
            lock (messages)
                messages.Add(message.RawMessage);
        };
        return messages;
    }

    private sealed class GapRow
    {
        public float Age { get; set; }

        public float Height { get; set; }

        public bool Label { get; set; }
    }

    private sealed class LabelRow
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
