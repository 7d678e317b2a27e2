using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Evaluation;

/// <summary>Weights as a function of a column, for training and evaluation alike.</summary>
[Trait("Spec", "C4")]
public sealed class WeighExamplesTests
{
    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Columns_of_every_type_can_decide()
    {
        IDataView rows = Load(new Row { Text = "a", Number = 2, Count = 3, IsNew = true }, new Row { Text = "", Number = 5, Count = 4 });
        Assert.Equal([1, 0], WeightsOf(_context.Data.WeighExamples(rows, "Text", (string text) => text.Length)));
        Assert.Equal([4, 10], WeightsOf(_context.Data.WeighExamples(rows, "Number", (float number) => 2 * number)));
        Assert.Equal([3, 4], WeightsOf(_context.Data.WeighExamples(rows, "Count", (int count) => count)));
        Assert.Equal([10, 1], WeightsOf(_context.Data.WeighExamples(rows, "IsNew", (bool isNew) => isNew ? 10 : 1)));
    }

    [Fact]
    public void Keys_decide_by_what_they_stand_for_and_a_missing_one_has_no_weight()
    {
        IDataView rows = Load(new Row { Text = "b", Count = 7 }, new Row { Text = "", Count = 8 }, new Row { Text = "aa", Count = 7 });
        IDataView keys = _context.Transforms.Conversion.MapValueToKey([new("TextKey", "Text"), new("CountKey", "Count")])
            .Fit(rows).Transform(rows);
        Assert.Equal([1, float.NaN, 2], WeightsOf(_context.Data.WeighExamples(keys, "TextKey", (string text) => text.Length)));
        Assert.Equal([7, 8, 7], WeightsOf(_context.Data.WeighExamples(keys, "CountKey", (int count) => count)));
        Assert.Equal([1, 1, 1], WeightsOf(_context.Data.WeighExamples(keys, "CountKey", (string count) => count.Length)));
    }

    [Fact]
    public void The_numbers_of_keys_are_no_value_where_they_stand_for_something()
    {
        IDataView rows = Load(new Row { Text = "b" }, new Row { Text = "a" });
        IDataView keys = _context.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(rows).Transform(rows);
        Assert.Equal(
            "Column 'Key' has keys that stand for values of type String but the weight is a function of UInt32; make it a function of " +
            "what the keys stand for.",
            Assert.Throws<ArgumentException>(() => _context.Data.WeighExamples(keys, "Key", (uint key) => key)).WithoutParameter());
        // They are counted from 0 here, and one out of their range is missing.
        IDataView unnamed = _context.Data.LoadFromEnumerable([new Unnamed { Key = 1 }, new Unnamed { Key = 3 }]);
        Assert.Equal([4, float.NaN], WeightsOf(_context.Data.WeighExamples(unnamed, "Key", (uint key) => 2 * key)));
        Assert.Equal([1, float.NaN], WeightsOf(_context.Data.WeighExamples(unnamed, "Key", (string key) => key.Length)));
    }

    [Fact]
    public void A_trainer_learns_with_the_weights()
    {
        IDataView rows = TaskRow.Prepare(_context, TaskRow.Generate(200, seed: 1));
        IDataView weighed = _context.Data.WeighExamples(rows, "Yes", (bool yes) => yes ? 0.01f : 10);
        double Share(string? weight) => TrainerKind.Binary.Fit(
            _context, weighed, options => options.ExampleWeightColumnName = weight).Transform(rows).GetColumn<bool>("PredictedLabel")
            .Count(yes => yes) / 200.0;
        Assert.True(Share("Weight") < Share(null));
    }

    [Fact]
    public void What_cannot_be_a_weight_or_a_column_is_refused()
    {
        using var culture = new CultureScope("tr-TR");
        IDataView rows = Load(new Row { Text = "a", Number = 1.5f });
        Assert.Equal(
            "The weight of '1.5' must be at least 0 and finite but is -1.5; use 0 to leave its rows out.",
            Assert.Throws<InvalidOperationException>(
                () => WeightsOf(_context.Data.WeighExamples(rows, "Number", (float number) => -number))).GetBaseException().Message);
        Assert.StartsWith(
            "Could not find input column 'None'",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.WeighExamples(rows, "None", (float _) => 1)).Message);
        Assert.StartsWith(
            "Schema mismatch for input column 'Text': expected Single, got String",
            Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.WeighExamples(rows, "Text", (float _) => 1)).Message);
    }

    private static float[] WeightsOf(IDataView rows) => [.. rows.GetColumn<float>("Weight")];

    private IDataView Load(params Row[] rows) => _context.Data.LoadFromEnumerable(rows);

    private sealed class Unnamed
    {
        [KeyType(3)]
        public uint Key { get; set; }
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public float Number { get; set; }

        public int Count { get; set; }

        public bool IsNew { get; set; }
    }
}
