using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Training;

/// <summary>Wherever numbers stop being numbers, training stops and says where, when and what to do.</summary>
[Trait("Spec", "A13")]
public sealed class DivergenceTests
{
    private const string Remedy = "use a learning rate below 0.001, clip gradients, and normalize the inputs.";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Outputs_that_overflow_name_their_layer(int threads)
    {
        LabeledRows rows = Clusters.Rows(40);
        rows.DenseFeatures().AsSpan().Fill(float.MaxValue);
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(8).Relu().Dense(Clusters.Classes);
        Assert.Equal(
            $"The loss became NaN, first seen after layer 0, Dense(8), in epoch 1, step 1; {Remedy}", MessageOf(spec, rows, threads));
    }

    [Fact]
    public void A_deeper_layer_that_overflows_is_the_one_that_is_named()
    {
        Network<float> start = new(NetworkSpec.Input(Clusters.Width).Dense(8).Tanh().Dense(6).Relu().Dense(Clusters.Classes));
        start.Parameters.Write(start.Parameters.Slots[2], [.. Enumerable.Repeat(float.MaxValue, 48)]);
        start.Parameters.Write(start.Parameters.Slots[0], [.. Enumerable.Repeat(1f, 40)]);
        LabeledRows rows = Clusters.Rows(40);
        rows.DenseFeatures().AsSpan().Fill(3);
        var trainer = new Trainer(start, new SoftmaxCrossEntropy(), new TrainingOptions { BatchSize = 20, ValidationFraction = 0 });
        Assert.Equal(
            $"The loss became NaN, first seen after layer 2, Dense(6), in epoch 1, step 1; {Remedy}",
            Assert.Throws<TrainingDivergedException>(() => trainer.Train(rows)).Message);
    }

    [Fact]
    public void Running_statistics_that_overflow_are_an_error_though_every_output_is_finite()
    {
        // Squares of such features are infinite; batch norm then gives its shift for every row.
        LabeledRows rows = Clusters.Rows(40);
        foreach (ref float feature in rows.DenseFeatures().AsSpan())
            feature *= 1e25f;
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(8).BatchNorm().Relu().Dense(Clusters.Classes);
        Assert.Equal(
            $"The running statistic 1.batchnorm.variance became NaN or infinite in epoch 1, step 2; {Remedy}", MessageOf(spec, rows, 1));
    }

    [Fact]
    public void A_later_layer_that_a_last_step_spoils_is_named()
    {
        var options = new TrainingOptions
        {
            Optimizer = new Adam(1e300),
            LayerRates = new Dictionary<int, double> { [0] = 1e-303 },
            ValidationFraction = 0,
            BatchSize = 40,
            MaximumEpochs = 1,
        };
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Dense(8).Tanh().Dense(Clusters.Classes);
        var trainer = new Trainer(spec, new SoftmaxCrossEntropy(), options);
        Assert.Equal(
            "The parameter 2.dense.weight became NaN or infinite in epoch 1, step 1; "
            + "use a learning rate below 1E+300, clip gradients, and normalize the inputs.",
            Assert.Throws<TrainingDivergedException>(() => trainer.Train(Clusters.Rows(40))).Message);
    }

    private static string MessageOf(NetworkSpec spec, LabeledRows rows, int threads)
    {
        var options = new TrainingOptions { NumberOfThreads = threads, BatchSize = 20, ValidationFraction = 0 };
        return Assert.Throws<TrainingDivergedException>(() => new Trainer(spec, new SoftmaxCrossEntropy(), options).Train(rows)).Message;
    }
}
