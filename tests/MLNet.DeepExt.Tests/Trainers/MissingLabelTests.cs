using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Labels that are missing or infinite, for every trainer of numbers, in memory and streamed, in training and in validation.</summary>
[Trait("Spec", "A15")]
public sealed class MissingLabelTests
{
    private readonly MLContext _context = new(seed: 1);

    public static TheoryData<string, DataMode> Vectors => new()
    {
        { "MultiTarget", DataMode.InMemory },
        { "MultiTarget", DataMode.Streaming },
        { "MultiLabel", DataMode.InMemory },
        { "MultiLabel", DataMode.Streaming },
    };

    public static TheoryData<string, DataMode> All
    {
        get
        {
            var cases = new TheoryData<string, DataMode>();
            foreach (string kind in new[] { "Regression", "Quantiles", "MultiTarget", "MultiLabel" })
            {
                cases.Add(kind, DataMode.InMemory);
                cases.Add(kind, DataMode.Streaming);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Vectors))]
    public void A_slot_without_any_value_is_an_error_with_its_column_and_number(string kind, DataMode mode)
    {
        string column = TrainerKind.Of(kind).LabelColumnName;
        IDataView data = Prepare(row => Set(row, kind, 1, float.NaN));
        Assert.Equal(
            $"None of the 200 training rows has a value of slot 1 of label column '{column}'; remove the target, or give rows that have it.",
            Assert.Throws<InvalidOperationException>(() => Fit(kind, mode, data, Prepare(_ => { }))).Message);
        // Set aside are 20.
        Assert.Equal(
            $"None of the 180 training rows has a value of slot 1 of label column '{column}'; remove the target, or give rows that have it.",
            Assert.Throws<InvalidOperationException>(() => Fit(kind, mode, data)).Message);
    }

    [Theory, MemberData(nameof(Vectors))]
    public void Missing_values_are_counted_for_each_slot_in_one_warning(string kind, DataMode mode)
    {
        string column = TrainerKind.Of(kind).LabelColumnName;
        int at = 0;
        IDataView data = Prepare(row =>
        {
            Set(row, kind, 0, at % 50 == 1 ? float.NaN : 1);
            Set(row, kind, 1, at % 20 == 0 ? float.NaN : at % 2);
            if (kind == "MultiLabel")
                Set(row, kind, 2, 0);
            at++;
        });
        IDataView validation = Prepare(row => Array.ForEach([0, 1, 2], slot => Set(row, kind, slot, slot == 1 && at++ % 4 == 0 ? float.NaN : 1)));
        var log = new LogRecorder(_context, "NeuralNetwork");
        Fit(kind, mode, data, validation);
        Assert.Equal(
            [
                $"Missing in the 200 training rows: slot 1 of label column '{column}' in 10, slot 0 of label column '{column}' in 4; "
                    + "training ignores missing values.",
                $"Missing in the 200 validation rows: slot 1 of label column '{column}' in 50; a missing value is not measured.",
            ],
            log.Of(ChannelMessageKind.Warning).Where(text => text.StartsWith("Missing in", StringComparison.Ordinal)));
    }

    [Fact]
    public void Slots_are_named_where_they_have_names()
    {
        IDataView numbers = _context.Transforms.Concatenate("Named", "Number", "A").Fit(Prepare(_ => { })).Transform(Prepare(_ => { }));
        Assert.Equal("slot 0, 'Number'", MLNet.DeepExt.Interop.Schemas.SlotNames.Describe(numbers.Schema["Named"], 0));
        Assert.Equal("slot 2", MLNet.DeepExt.Interop.Schemas.SlotNames.Describe(numbers.Schema["Numbers"], 2));
    }

    [Theory, MemberData(nameof(All))]
    public void An_infinite_label_is_an_error_in_training_and_in_validation(string kind, DataMode mode)
    {
        foreach (float infinity in new[] { float.PositiveInfinity, float.NegativeInfinity })
        {
            int at = 0;
            IDataView infinite = Prepare(row =>
            {
                if (at++ == 7)
                    Set(row, kind, 1, infinity);
            });
            string column = TrainerKind.Of(kind).LabelColumnName, value = infinity > 0 ? "Infinity" : "-Infinity";
            string expected = kind switch
            {
                "MultiLabel" => $"Label column 'Flags' must hold 1 for yes, 0 for no or NaN for unknown but a row holds {value}.",
                "MultiTarget" => "Label column 'Numbers' must hold finite numbers, or NaN where one is missing, but a row holds "
                    + $"{value} in slot 1; correct it, or replace it by NaN.",
                _ => $"Label column '{column}' must hold finite numbers, or NaN where one is missing, but a row holds {value}; "
                    + "correct it, or replace it by NaN.",
            };
            Assert.Equal(expected, Assert.Throws<InvalidOperationException>(() => Fit(kind, mode, infinite)).Message);
            Assert.Equal(expected, Assert.Throws<InvalidOperationException>(() => Fit(kind, mode, Prepare(_ => { }), infinite)).Message);
        }
    }

    [Theory]
    [InlineData("Regression")]
    [InlineData("MultiTarget")]
    [InlineData("MultiLabel")]
    public void An_infinite_label_is_an_error_in_evaluation(string kind)
    {
        IDataView infinite = Prepare(row => Set(row, kind, 1, float.PositiveInfinity));
        IDataView scored = Fit(kind, DataMode.InMemory, Prepare(_ => { })).Transform(infinite);
        string message = Assert.Throws<InvalidOperationException>(() => _ = kind switch
        {
            "Regression" => (object)_context.Regression.Report(scored, new() { LabelColumnName = "Number" }),
            "MultiTarget" => _context.MultiTargetRegression.Evaluate(scored, "Numbers"),
            _ => _context.MultiLabelClassification.Evaluate(scored, "Flags"),
        }).Message;
        Assert.Contains($"Label column '{TrainerKind.Of(kind).LabelColumnName}' must hold ", message, StringComparison.Ordinal);
        Assert.Contains("a row holds Infinity", message, StringComparison.Ordinal);
    }

    private static void Set(TaskRow row, string kind, int slot, float value)
    {
        if (kind == "MultiTarget" && slot < row.Numbers.Length)
            row.Numbers[slot] = value;
        else if (kind == "MultiLabel")
            row.Flags[slot] = value;
        else if (kind is "Regression" or "Quantiles")
            row.Number = value;
    }

    private IDataView Prepare(Action<TaskRow> change)
    {
        TaskRow[] rows = TaskRow.Generate(200, seed: 1);
        Array.ForEach(rows, change);
        return TaskRow.Prepare(_context, rows);
    }

    private NeuralNetworkTransformer Fit(string kind, DataMode mode, IDataView data, IDataView? validation = null) => validation is null
        ? TrainerKind.Of(kind).Fit(_context, data, options => options.DataMode = mode)
        : TrainerKind.Of(kind).Fit(_context, data, validation, options => options.DataMode = mode);
}
