using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Networks;

[Trait("Spec", "A1")]
public sealed class StackedLinearLayersTests
{
    private static NetworkSpec Start => NetworkSpec.Input(Clusters.Width);

    [Fact]
    public void Dense_directly_after_Dense_is_warned_of_when_training_begins()
    {
        var recorder = new Recorder();
        var options = new TrainingOptions { MaximumEpochs = 2, Callbacks = [recorder] };
        TrainingResult result = new Trainer(Start.Dense(8).Dense(Clusters.Classes), new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(60));
        string expected = "Layers 0.dense and 1.dense have no nonlinearity between them and are equivalent to one linear layer; "
            + "put an activation such as Relu after layer 0.dense, or remove one of them.";
        Assert.Equal([expected], recorder.Warnings);
        Assert.Equal([expected], result.History.Warnings);
    }

    [Fact]
    public void Layers_that_are_linear_at_prediction_do_not_part_them() => Assert.Equal(
        [
            "Layers 0.dense and 4.dense have no nonlinearity between them and are equivalent to one linear layer; "
            + "put an activation such as Relu after layer 0.dense, or remove one of them.",
            "Layers 4.dense and 5.dense have no nonlinearity between them and are equivalent to one linear layer; "
            + "put an activation such as Relu after layer 4.dense, or remove one of them.",
        ],
        StackedLinearLayers.WarningsOf(Start.Dense(8).BatchNorm().Then(new Linear()).Dropout(0.5f).Dense(7).Dense(6).Relu().Dense(3)));

    [Fact]
    public void A_residual_block_parts_what_it_reads_from_its_layers() => Assert.Empty(StackedLinearLayers.WarningsOf(
        Start.Dense(8).Residual(inner => inner.BatchNorm().Dense(9).Relu().Dense(8)).Relu().Dense(3)));

    [Fact]
    public void Layers_that_are_not_linear_part_them()
    {
        Assert.Empty(StackedLinearLayers.WarningsOf(Start));
        Assert.Empty(StackedLinearLayers.WarningsOf(Start.BatchNorm().Dense(8).BatchNorm().Dropout(0.5f)));
        foreach (LayerSpec layer in Specimens.Layers.Where(
            layer => layer is not (Dense or BatchNorm or Dropout or LearnedScaling or Linear or Standardize or RobustScale)))
        {
            Assert.Empty(StackedLinearLayers.WarningsOf(Start.Dense(8).Then(layer).Dense(3)));
        }
    }
}
