using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Data;

/// <summary>Features on unlike scales are a warning of the training.</summary>
[Trait("Spec", "B1")]
public sealed class SlotScalesTests
{
    private const string Remedy =
        " (means of |x| where not 0, first 200 rows), so that a network learns little of the small ones; " +
        "put NormalizeInputs(\"Features\") in front of the trainer, or NormalizeMinMax where most features are 0.";

    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(DataMode.InMemory)]
    [InlineData(DataMode.Streaming)]
    public void Features_on_unlike_scales_are_one_warning_that_names_the_largest_and_the_smallest(DataMode mode)
    {
        using var culture = new CultureScope("tr-TR");
        Assert.Equal(
            "Column 'Features' has features on unlike scales: 'Income' is about 5e+04 in size and 'Age' about 0.5" + Remedy,
            Assert.Single(WarningsOf(Named(), options => options.DataMode = mode)));
        Assert.Equal(
            "Column 'Features' has features on unlike scales: slot 1 is about 3e+02 in size and slot 0 about 2" + Remedy,
            Assert.Single(WarningsOf(Vectors(row => [2, row % 2 == 0 ? -300 : 300]), options => options.DataMode = mode)));
    }

    [Fact]
    public void A_large_value_in_few_rows_counts_and_a_small_one_does_not()
    {
        // Of one row in twenty: a gain of 10,000 beside an age, and a pixel of 1 at the edge of a picture of 0 to 255.
        Assert.Single(WarningsOf(Vectors(row => [40, row % 20 == 0 ? 10_000 : 0])));
        Assert.Empty(WarningsOf(Vectors(row => [row % 256, row % 20 == 0 ? 1 : 0])));
    }

    [Fact]
    public void Features_on_like_scales_and_those_that_are_brought_to_one_are_no_cause_for_a_warning()
    {
        var random = new Random(1);
        Assert.Empty(WarningsOf(Vectors(_ => [random.NextSingle(), 100 * random.NextSingle() + 1])));
        Assert.Empty(WarningsOf(Vectors(row => [0, row % 2, 20 + row % 60])));
        Assert.Empty(WarningsOf(Vectors(_ => [0, 0])));
        // What stays of a feature that one row in 60,000 has, after it was standardized.
        Assert.Empty(WarningsOf(Vectors(row => [row % 2 == 0 ? -1 : 1, -0.004f])));
        // Whatever another normalizer makes of a long tail.
        Assert.Empty(WarningsOf(Vectors(row => [1, row % 20 == 0 ? 1e6f : row % 7], isNormalized: true)));
        IDataView named = Named();
        Assert.Empty(WarningsOf(_context.Transforms.NormalizeInputs("Features").Fit(named).Transform(named)));
        Assert.Empty(WarningsOf(named, options => options.Network = NetworkSpec.Input(2).BatchNorm().Dense(4).Relu().Dense(1)));
        Assert.Empty(WarningsOf(named, options => options.Network = NetworkSpec.Input(2).Then(new Standardize()).Dense(4).Relu().Dense(1)));
        Assert.Empty(WarningsOf(named, options => options.Network = NetworkSpec.Input(2).Then(new RobustScale()).Dense(4).Relu().Dense(1)));
    }

    private IDataView Named()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(row => new PersonRow
        {
            Age = row % 2 == 0 ? 0.25f : 0.75f,
            Income = row % 4 < 2 ? 40_000 : 60_000,
            Label = row % 3 == 0,
        }));
        return _context.Transforms.Concatenate("Features", "Age", "Income").Fit(data).Transform(data);
    }

    private IDataView Vectors(Func<int, float[]> featuresOf, bool isNormalized = false)
    {
        VectorRow[] rows = [.. Enumerable.Range(0, 200).Select(row => new VectorRow { Features = featuresOf(row), Label = row % 3 == 0 })];
        var definition = SchemaDefinition.Create(typeof(VectorRow));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        if (isNormalized)
            definition["Features"].AddAnnotation("IsNormalized", true, BooleanDataViewType.Instance);
        return _context.Data.LoadFromEnumerable(rows, definition);
    }

    private string[] WarningsOf(IDataView data, Action<NeuralNetworkBinaryTrainer.Options>? set = null)
    {
        var context = new MLContext(seed: 1);
        var log = new LogRecorder(context, "NeuralNetwork");
        var options = new NeuralNetworkBinaryTrainer.Options { HiddenUnits = [4], MaximumEpochs = 1 };
        set?.Invoke(options);
        context.BinaryClassification.Trainers.NeuralNetwork(options).Fit(data);
        return log.Of(ChannelMessageKind.Warning);
    }

    private sealed class PersonRow
    {
        public float Age { get; set; }

        public float Income { get; set; }

        public bool Label { get; set; }
    }

    private sealed class VectorRow
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
