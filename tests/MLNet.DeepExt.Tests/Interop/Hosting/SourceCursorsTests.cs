using Microsoft.ML;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Splits;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Interop.Hosting;

/// <summary>Whatever of the package reads rows shows the exception of a row, also behind transforms that ML.NET runs on several threads.</summary>
public sealed class SourceCursorsTests
{
    // (context, rows that can be read, rows of which one cannot be)
    private static readonly Dictionary<string, Action<MLContext, IDataView, IDataView>> Readers = new()
    {
        ["validation"] = (context, good, torn) => TrainerKind.Binary.Fit(context, good, torn),
        ["streamed rows"] = (context, _, torn) => TrainerKind.Binary.Fit(context, torn, options => options.DataMode = DataMode.Streaming),
        ["targets of streamed rows"] =
            (context, _, torn) => TrainerKind.Regression.Fit(context, torn, options => options.DataMode = DataMode.Streaming),
        ["one network for each class"] = (context, _, torn) => context.MulticlassClassification.Trainers
            .OneVersusAll(context.BinaryClassification.Trainers.NeuralNetwork("Class"), "Class").Fit(torn),
        ["NormalizeInputs"] = (context, _, torn) => context.Transforms.NormalizeInputs("Features").Fit(torn),
        ["quantiles"] = (context, _, torn) => context.Transforms.NormalizeInputs(
            new NormalizeInputsEstimator.Options { Method = NormalizationMethod.QuantileToNormal }).Fit(torn),
        ["TabularFeatures"] = (context, _, torn) => context.Transforms.TabularFeatures("Made", "Yes", ["A", "B"]).Fit(torn),
        ["noise"] = (context, good, torn) => context.Transforms.MixWithNoise("Features", torn, snrDb: 10).Fit(good),
        ["rows mixed with noise"] = (context, good, torn) => context.Transforms.MixWithNoise("Features", good, snrDb: 10)
            .Append(TrainerKind.Binary.Create(context)).Fit(torn),
        ["CompareDistributions"] = (context, good, torn) => context.Data.CompareDistributions(good, torn, ["A", "B"]),
        ["TrainDevTestSplit by label"] = (context, _, torn) => context.Data.TrainDevTestSplit(
            torn, new TrainDevTestSplitOptions { LabelColumnName = "Yes" }),
        ["OversampleMinority"] = (context, _, torn) => Read(context.Data.OversampleMinority(torn, "Class")),
        ["Report"] = (context, good, torn) =>
            context.BinaryClassification.Report(TrainerKind.Binary.Fit(context, good).Transform(torn), "Yes"),
        ["Report of regression"] = (context, good, torn) =>
            context.Regression.Report(TrainerKind.Regression.Fit(context, good).Transform(torn), "Number"),
        ["Measure"] = (context, good, torn) => context.MulticlassClassification.Measure(
            TrainerKind.Multiclass.Fit(context, good).Transform(torn), new() { LabelColumnName = "Class" }, new Accuracy()),
        ["Evaluate of labels"] = (context, good, torn) =>
            context.MultiLabelClassification.Evaluate(TrainerKind.MultiLabel.Fit(context, good).Transform(torn), "Flags"),
        ["CrossValidate"] = (context, _, torn) => context.MultiTargetRegression.CrossValidate(
            torn, TrainerKind.MultiTarget.Create(context), numberOfFolds: 2, labelColumnName: "Numbers"),
        ["CrossValidate of ML.NET's transforms"] = (context, _, torn) => context.MultiTargetRegression.CrossValidate(
            torn,
            context.Transforms.NormalizeMeanVariance("Features").Append(TrainerKind.MultiTarget.Create(context)),
            numberOfFolds: 2,
            labelColumnName: "Numbers"),
        ["Fit with validation"] = (context, good, torn) => context.Transforms.NormalizeMeanVariance("Features")
            .Append(context.BinaryClassification.Trainers.NeuralNetwork("Yes")).Fit(torn, good),
        ["scored rows"] = (context, good, torn) => Read(TrainerKind.Binary.Fit(context, good).Transform(torn)),
        ["rows of a scored view without scores"] =
            (context, good, torn) => Read(TrainerKind.Binary.Fit(context, good).Transform(torn), "A"),
    };

    public static TheoryData<string> Names => [.. Readers.Keys, .. TrainerKind.All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_row_says_is_what_the_user_sees(string reader)
    {
        var context = new MLContext(1);
        IDataView good = TaskRow.Prepare(context, TaskRow.Generate(200, seed: 1));
        IDataView torn = TornRows.Behind(context, TornRows.Of(good));
        var seen = Assert.Throws<InvalidOperationException>(() =>
        {
            if (Readers.TryGetValue(reader, out Action<MLContext, IDataView, IDataView>? read))
                read(context, good, torn);
            else
                TrainerKind.Of(reader).Fit(context, torn);
        });
        Assert.Equal(TornRows.Message, seen.Message);
        // The rows of folds are counted first, of one column, which ML.NET reads without threads of its own.
        if (reader.StartsWith("CrossValidate", StringComparison.Ordinal))
            Assert.Null(seen.InnerException);
        else if (Environment.ProcessorCount > 1)
            Assert.StartsWith("Splitter/consolidator worker", seen.InnerException?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_row_says_is_what_the_user_sees_though_its_cursor_throws_when_it_is_disposed_of(string reader)
    {
        var context = new MLContext(1);
        IDataView good = TaskRow.Prepare(context, TaskRow.Generate(200, seed: 1));
        var torn = new CarrierView(good, row: 100, new InvalidOperationException(TornRows.Message));
        var seen = Assert.Throws<InvalidOperationException>(() =>
        {
            if (Readers.TryGetValue(reader, out Action<MLContext, IDataView, IDataView>? read))
                read(context, good, torn);
            else
                TrainerKind.Of(reader).Fit(context, torn);
        });
        Assert.Equal(TornRows.Message, seen.Message);
    }

    [Fact]
    public void A_row_that_nobody_asked_for_may_be_one_that_cannot_be_read()
    {
        var context = new MLContext(1);
        IDataView good = TaskRow.Prepare(context, TaskRow.Generate(200, seed: 1));
        IDataView scored = TrainerKind.Binary.Fit(context, good).Transform(new CarrierView(good, row: 0, new InvalidOperationException("Torn.")));
        scored.GetRowCursor([scored.Schema["A"]]).Dispose();
    }

    private static void Read(IDataView data, string? column = null)
    {
        DataViewSchema.Column last = column is null ? data.Schema[^1] : data.Schema[column];
        using DataViewRowCursor cursor = data.GetRowCursor([last]);
        while (cursor.MoveNext())
        {
        }
    }
}
