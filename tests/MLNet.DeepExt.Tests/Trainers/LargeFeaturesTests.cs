using Microsoft.ML;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Trainers;

namespace MLNet.DeepExt.Tests.Trainers;

/// <summary>Features that are finite but so large that sums in a network overflow.</summary>
public sealed class LargeFeaturesTests
{
    private readonly MLContext _context = new(seed: 1);

    public static TheoryData<string, DataMode> Cases
    {
        get
        {
            var cases = new TheoryData<string, DataMode>();
            foreach (TrainerKind kind in TrainerKind.All)
            {
                cases.Add(kind.Name, DataMode.InMemory);
                cases.Add(kind.Name, DataMode.Streaming);
            }

            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void They_are_an_error_with_column_slot_and_remedy_in_training_and_validation(string kind, DataMode mode)
    {
        IDataView large = Load(3e38f), usual = Load(1);
        const string message = "Column 'Raw' holds -3E+38 in slot 1, 'B'; features beyond 1E+18 in size make sums in a network overflow: "
            + "put NormalizeInputs(\"Raw\") in front of the trainer.";
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => TrainerKind.Of(kind).Fit(_context, large, Set(mode))).Message);
        Assert.Equal(
            message, Assert.Throws<InvalidOperationException>(() => TrainerKind.Of(kind).Fit(_context, usual, large, Set(mode))).Message);
    }

    [Theory, MemberData(nameof(Cases))]
    public void NormalizeInputs_makes_them_learnable_and_every_score_finite(string kind, DataMode mode)
    {
        IDataView large = Load(3e38f);
        IDataView normalized = _context.Transforms.NormalizeInputs("Raw").Fit(large).Transform(large);
        NeuralNetworkTransformer model = TrainerKind.Of(kind).Fit(_context, normalized, Set(mode));
        Assert.All(OutputText.Of(model, normalized), line => Assert.DoesNotContain("NaN", line, StringComparison.Ordinal));
        Assert.All(OutputText.Of(model, normalized), line => Assert.DoesNotContain("Infinity", line, StringComparison.Ordinal));
    }

    private static Action<NeuralNetworkOptions> Set(DataMode mode) => options => (options.FeatureColumnName, options.DataMode) = ("Raw", mode);

    // B is up to so large, and negative in the fifth row.
    private IDataView Load(float size)
    {
        TaskRow[] rows = TaskRow.Generate(200, seed: 1);
        for (int i = 0; i < rows.Length; i++)
            rows[i].B = size == 1 ? rows[i].B : size * (i % 9 == 4 ? -1 : 0.5f / (1 + i % 4)) * (i < 4 ? 1e-30f : 1);
        IDataView data = TaskRow.Prepare(_context, rows);
        return _context.Transforms.Concatenate("Raw", "A", "B").Fit(data).Transform(data);
    }
}
