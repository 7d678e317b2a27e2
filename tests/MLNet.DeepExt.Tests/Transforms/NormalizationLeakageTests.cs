using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Tests.Support;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Transforms;

/// <summary>Nothing of dev or test data reaches what was learned of training data.</summary>
[Trait("Spec", "B1")]
public sealed class NormalizationLeakageTests
{
    private static readonly SampleRow[] Train = SampleRow.Generate(200, seed: 1);
    private static readonly SampleRow[] Dev = SampleRow.Generate(60, seed: 2);

    public static TheoryData<NormalizationMethod> Methods => [.. Enum.GetValues<NormalizationMethod>()];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Validation_data_far_away_teaches_the_normalization_nothing(NormalizationMethod method)
    {
        var context = new MLContext(seed: 1);
        IDataView train = context.Data.LoadFromEnumerable(Train);
        byte[] alone = NormalizationBytes.Of(Prepare(context, method).Fit(train));
        foreach (float shift in new[] { 0f, 1e6f, -3e4f })
        {
            var read = new WatchedDataView(context.Data.LoadFromEnumerable(Shifted(Dev, shift)), _ => { });
            TransformerChain<ITransformer> model = Prepare(context, method)
                .Append<ITransformer>(context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options)).Fit(train, read);
            Assert.True(read.Cursors > 0); // it was validated on
            Assert.Equal(alone, NormalizationBytes.Of(model));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Predictions_do_not_depend_on_what_else_is_transformed_or_when(NormalizationMethod method)
    {
        var context = new MLContext(seed: 1);
        IDataView train = context.Data.LoadFromEnumerable(Train);
        TransformerChain<ITransformer> model = Prepare(context, method)
            .Append<ITransformer>(context.MulticlassClassification.Trainers.NeuralNetwork(SamplePipeline.Options)).Fit(train);
        string[] expected = OutputText.Of(model, context.Data.LoadFromEnumerable(Dev));
        byte[] before = NormalizationBytes.Of(model);

        OutputText.Of(model, context.Data.LoadFromEnumerable(Shifted(Dev, 1e6f)));
        Assert.Equal(before, NormalizationBytes.Of(model));
        Assert.Equal(expected, OutputText.Of(model, context.Data.LoadFromEnumerable(Dev)));
        // Among others, and one by one.
        Assert.Equal(expected, OutputText.Of(model, context.Data.LoadFromEnumerable(Dev.Concat(Shifted(Dev, 1e6f)))).Take(Dev.Length));
        Assert.Equal(expected, Dev.Select(row => OutputText.Of(model, context.Data.LoadFromEnumerable([row]))[0]));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Had_it_been_fitted_on_dev_data_too_these_tests_would_see_it(NormalizationMethod method)
    {
        var context = new MLContext(seed: 1);
        Assert.NotEqual(
            NormalizationBytes.Of(Prepare(context, method).Fit(context.Data.LoadFromEnumerable(Train))),
            NormalizationBytes.Of(Prepare(context, method).Fit(context.Data.LoadFromEnumerable(Train.Concat(Dev)))));
    }

    private static EstimatorChain<ITransformer> Prepare(MLContext context, NormalizationMethod method) =>
        new EstimatorChain<ITransformer>()
            .Append<ITransformer>(context.Transforms.Conversion.MapValueToKey("Label"))
            .Append<ITransformer>(context.Transforms.Concatenate("Features", "A", "B", "C"))
            .Append<ITransformer>(context.Transforms.NormalizeInputs("Features", method: method));

    private static SampleRow[] Shifted(SampleRow[] rows, float shift) =>
        [.. rows.Select(row => new SampleRow { A = row.A + shift, B = row.B - shift, C = shift * row.C, Label = row.Label })];
}
