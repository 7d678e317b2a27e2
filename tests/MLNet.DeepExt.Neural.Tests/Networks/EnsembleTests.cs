using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Networks;

[Trait("Spec", "G3")]
public sealed class EnsembleTests
{
    private const int Inputs = 5, Rows = 9;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Inputs).Dense(8).BatchNorm().Relu().Dense(3);

    [Fact]
    public void A_prediction_is_the_mean_of_the_probabilities_of_the_networks()
    {
        Network<float>[] networks = [.. Enumerable.Range(1, 3).Select(seed => TrainedNetworks.Of(Spec, seed))];
        float[] rows = Numbers.Uniform<float>(new Random(2), Rows * Inputs, -2, 2), actual = Predict(Ensemble.Of(networks), rows);
        float[][] each = [.. networks.Select(network => Predict(network, rows))];
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(each.Average(predicted => predicted[i]), actual[i], 1e-6);
    }

    [Fact]
    public void Networks_that_do_not_fit_one_another_are_refused()
    {
        Assert.Equal(
            "There are no networks; give at least one.",
            Assert.Throws<ArgumentException>("networks", () => Ensemble.Of<float>()).WithoutParameter());
        Assert.Equal(
            "Network 1 has 5 inputs and 2 outputs but network 0 has 5 and 3; they must be equal.",
            Assert.Throws<ArgumentException>("networks", () => Ensemble.Of<float>(new(Spec), new(NetworkSpec.Input(Inputs).Dense(2)))).WithoutParameter());
    }

    [Fact]
    public void Each_network_gets_new_outputs()
    {
        Network<float> ensemble = Ensemble.Of(TrainedNetworks.Of(Spec, 1), TrainedNetworks.Of(Spec.Tanh(), 2));
        Network<float> result = ensemble.WithNewOutputs(7, seed: 3);
        Assert.Equal("(2, 7)", result.Spec.OutputShape.ToString());
        Assert.Equal(2, result.Spec.LayerNames.Count(name => name.EndsWith("3.dense", StringComparison.Ordinal)));
        string[] kept =
            [.. ensemble.Parameters.Slots.Where(slot => !slot.Name.Contains("3.dense", StringComparison.Ordinal)).Select(slot => slot.Name)];
        Assert.Equal(6, kept.Length);
        foreach (string name in kept)
        {
            Assert.Equal(
                ensemble.Parameters.Read(ensemble.Parameters.Slots.Single(slot => slot.Name == name)),
                result.Parameters.Read(result.Parameters.Slots.Single(slot => slot.Name == name)));
        }

        // Of as many outputs the weights are new ones, too.
        Network<float> same = ensemble.WithNewOutputs(3, seed: 3);
        Assert.All(
            ensemble.Parameters.Slots.Zip(same.Parameters.Slots).Where(pair => pair.First.Name.EndsWith("3.dense.weight", StringComparison.Ordinal)),
            pair => Assert.NotEqual(ensemble.Parameters.Read(pair.First), same.Parameters.Read(pair.Second)));
    }

    private static float[] Predict(Network<float> network, float[] rows)
    {
        var predictor = new Predictor(network, new SoftmaxCrossEntropy());
        var outputs = new float[Rows * 3];
        predictor.Predict(rows, Rows, outputs, predictor.CreateBuffer(4));
        return outputs;
    }
}
