using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Networks;

/// <summary>What layers are called, and what is done by their names.</summary>
public sealed class LayerNameTests
{
    private static readonly NetworkSpec Spec = NetworkSpec.Input(Clusters.Width)
        .Sequential("hidden", inner => inner.Dense(9).BatchNorm().Tanh().Residual(block => block.Dense(9).Then(new Relu { Name = "bend" })))
        .Then(new Dense(Clusters.Classes) { Name = "head" });

    [Fact]
    public void They_are_place_and_kind_or_a_name_of_their_own_after_that_of_what_they_are_in()
    {
        Assert.Equal(
            [
                "hidden", "hidden.0.dense", "hidden.1.batchnorm", "hidden.2.tanh", "hidden.3.residual", "hidden.3.residual.0.dense",
                "hidden.3.residual.bend", "head",
            ],
            Spec.LayerNames);
        Assert.Equal(
            [
                "hidden.0.dense.weight", "hidden.1.batchnorm.scale", "hidden.1.batchnorm.shift", "hidden.3.residual.0.dense.weight",
                "hidden.3.residual.0.dense.bias", "head.weight", "head.bias",
            ],
            new Network<float>(Spec).Parameters.Slots.Select(slot => slot.Name));
    }

    [Theory]
    [InlineData("", "A layer, Tanh, has the name \"\"; a name must have from 1 to 100 characters and no dot, which divides the names of layers in layers.")]
    [InlineData("a.b", "A layer, Tanh, has the name \"a.b\"; a name must have from 1 to 100 characters and no dot, which divides the names of layers in layers.")]
    [InlineData("same", "Two layers have the name \"same\"; give each another name, or none.")]
    public void A_name_that_is_empty_divided_or_taken_is_refused(string name, string message) => Assert.Equal(
        message,
        Assert.Throws<ArgumentException>(
            "Name", () => NetworkSpec.Input(3).Then(new Dense(3) { Name = "same" }).Then(new Tanh { Name = name })).WithoutParameter());

    [Fact]
    public void A_name_that_a_layer_in_another_has_is_taken_and_a_long_one_is_refused()
    {
        Assert.Equal(
            "Two layers have the name \"2.dense\"; give each another name, or none.",
            Assert.Throws<ArgumentException>("Name", () => new NetworkSpec(
                4, [new Sequential(new Dense(4) { Name = "dense" }) { Name = "2" }, new Relu(), new Dense(4)])).WithoutParameter());
        Assert.Contains(
            "from 1 to 100 characters",
            Assert.Throws<ArgumentException>("Name", () => NetworkSpec.Input(4).Then(new Tanh { Name = new string('a', 101) })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Freezing_a_layer_that_is_made_of_layers_freezes_these()
    {
        Network<float> start = TrainedNetworks.Of(Spec, 1);
        var options = new TrainingOptions
        {
            Seed = 1,
            MaximumEpochs = 2,
            Optimizer = new AdamW(0.01),
            LayerRates = new Dictionary<string, double> { ["hidden"] = 0, ["hidden.3.residual.0.dense"] = 1 },
        };
        Network<float> trained = new Trainer(start, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(60)).Network;
        Assert.Equal(
            ["hidden.3.residual.0.dense.weight", "hidden.3.residual.0.dense.bias", "head.weight", "head.bias"],
            start.Parameters.Slots.Where(slot => !start.Parameters.Read(slot).SequenceEqual(trained.Parameters.Read(slot))).Select(slot => slot.Name));
        Assert.All(start.Parameters.Buffers, slot => Assert.Equal(start.Parameters.Read(slot), trained.Parameters.Read(slot)));

        // Nothing goes backward through them.
        Workspace<float> workspace = start.CreateWorkspace(4, frozen: new HashSet<string> { "hidden" });
        Assert.Equal([false, false, false, false, false, false, false, true], Enumerable.Range(0, 8).Select(workspace.Wants));
    }

    [Fact]
    public void Norms_are_called_by_them()
    {
        var options = new TrainingOptions { Seed = 1, MaximumEpochs = 1, RecordNorms = true };
        TrainingResult result = new Trainer(Spec, new SoftmaxCrossEntropy(), options).Train(Clusters.Rows(60));
        Assert.Equal(
            [
                "hidden.0.dense", "hidden.1.batchnorm", "hidden.2.tanh", "hidden.3.residual.0.dense", "hidden.3.residual.bend", "hidden.3.residual",
                "head",
            ],
            result.History.Epochs[0].Norms.Select(norms => norms.Layer));
    }

    [Fact]
    public void A_network_in_layers_folds_trains_and_predicts_as_one_of_the_layers_alone()
    {
        NetworkSpec nested = NetworkSpec.Input(7).Sequential("a", inner => inner.Dense(9).BatchNorm().Relu().Dropout(0.8f)).Dense(3);
        NetworkSpec flat = NetworkSpec.Input(7).Dense(9).BatchNorm().Relu().Dropout(0.8f).Dense(3);
        Network<float> one = TrainedNetworks.Of(nested, 1), other = TrainedNetworks.Of(flat, 1);
        Assert.Equal(other.Parameters.Values.ToArray(), one.Parameters.Values.ToArray());
        Assert.Equal(new LayerSpec[] { new Sequential(new Dense(9), new Relu()) { Name = "a" }, new Dense(3) }, Folding.ForPrediction(one).Spec.Layers);
        Assert.Equal(Folding.ForPrediction(other).Parameters.Values.ToArray(), Folding.ForPrediction(one).Parameters.Values.ToArray());
        DenseBlock<float> rows = RandomBatches.Block<float>(8, 7, new Random(1));
        Assert.Equal(
            other.Forward(rows, other.CreateWorkspace(8), ForwardMode.Train).ToDoubles(),
            one.Forward(rows, one.CreateWorkspace(8), ForwardMode.Train).ToDoubles());
    }

    [Fact]
    public void The_table_shows_layers_in_layers() => Assert.Equal(
        """
        Layer                            Outputs   Parameters
        Input                                  3            0
        Sequential hidden                      4             
          Dense(4)                             4           16
          Residual                             4             
            Dense(4)                           4           20
        Members(2)                        (2, 5)             
          MemberScaling(random signs)     (2, 4)            8
          MemberDense(5)                  (2, 5)           50
        Total                             (2, 5)           94
        """.ReplaceLineEndings("\n"),
        NetworkSpec.Input(3).Sequential("hidden", inner => inner.Dense(4).Residual(block => block.Dense(4)))
            .Members(2, inner => inner.MemberScaling(randomSigns: true).MemberDense(5)).ToString());
}
