using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Tests.Diagnostics;

[Trait("Spec", "A3")]
public sealed class SymmetryCheckTests
{
    public static TheoryData<string> Activations => ["sigmoid", "tanh", "relu", "batchnorm"];

    [Theory, MemberData(nameof(Activations))]
    public void Weights_that_begin_at_0_make_all_units_of_a_layer_copies_and_training_leaves_them_so(string activation)
    {
        NetworkSpec spec = Spec(new Zeros(), activation);
        foreach (int epochs in (int[])[0, 1, 20])
        {
            Network<float> network = epochs == 0 ? new Network<float>(spec) : Train(spec, epochs);
            RequireAllCopies(SymmetryCheck.Run(network));
            RequireAllCopies(SymmetryCheck.Run(
                network, new SoftmaxCrossEntropy(), RandomBatches.OfClasses<float>(20, Clusters.Width, Clusters.Classes)));
        }

        static void RequireAllCopies(SymmetryReport report)
        {
            Assert.True(report.HasCopies);
            Assert.Equal([20, 7], report.Layers.Select(layer => layer.Units));
            Assert.All(report.Layers, layer =>
            {
                Assert.Equal(1, layer.DistinctUnits);
                Assert.Equal(Enumerable.Range(0, layer.Units), Assert.Single(layer.Copies));
            });
        }
    }

    [Theory, MemberData(nameof(Activations))]
    public void Random_weights_make_no_copies(string activation)
    {
        foreach (Initializer initializer in (Initializer[])[new He(), new Xavier(), new Glorot(), new Normal(0.01), new Uniform(new He())])
        {
            SymmetryReport report = SymmetryCheck.Run(new Network<float>(Spec(initializer, activation), seed: 1));
            Assert.False(report.HasCopies);
            Assert.Equal([20, 7], report.Layers.Select(layer => layer.DistinctUnits));
        }

        Assert.False(SymmetryCheck.Run(Train(Spec(new He(), activation), 3)).HasCopies);
    }

    [Fact]
    public void A_network_of_copies_learns_what_one_unit_per_layer_learns()
    {
        // Sigmoid units of a zero network pass something on, so that it does learn: as if each layer had one unit.
        TrainingResult Result(Initializer initializer) => new Trainer(
            Spec(initializer, "sigmoid"), new SoftmaxCrossEntropy(),
            new TrainingOptions { MaximumEpochs = 60, ValidationFraction = 0, BatchSize = 20 }).Train(Clusters.Rows(300, noise: 0.3f));
        Assert.True(Result(new Zeros()).History.Epochs[^1].TrainLoss > 2 * Result(new Xavier()).History.Epochs[^1].TrainLoss);
    }

    [Fact]
    public void Units_that_compute_the_same_but_are_read_differently_do_not_stay_copies()
    {
        var network = new Network<double>(NetworkSpec.Input(Clusters.Width).Dense(6).Tanh().Dense(Clusters.Classes), seed: 1);
        Slot weight = network.Parameters.Slots[0];
        double[] weights = network.Parameters.Read(weight);
        for (int input = 0; input < Clusters.Width; input++)
        {
            weights[input * 6 + 4] = weights[input * 6 + 1];
            weights[input * 6 + 5] = weights[input * 6];
            weights[input * 6 + 3] = weights[input * 6];
        }

        network.Parameters.Write(weight, weights);
        SymmetryPart layer = Assert.Single(SymmetryCheck.Run(network).Layers);
        Assert.Equal([[0, 3, 5], [1, 4]], layer.Copies);
        Assert.Equal(3, layer.DistinctUnits);
        Batch<double> batch = RandomBatches.OfClasses<double>(20, Clusters.Width, Clusters.Classes);
        Assert.False(SymmetryCheck.Run(network, new SoftmaxCrossEntropy(), batch).HasCopies);

        // A bias of its own makes a unit another one.
        network.Parameters.Write(network.Parameters.Slots[1], [0, 0, 0, 0, 0.5, 0]);
        Assert.Equal([[0, 3, 5]], Assert.Single(SymmetryCheck.Run(network).Layers).Copies);
    }

    [Fact]
    public void Scale_and_shift_of_a_batch_norm_belong_to_the_unit_before_it()
    {
        var network = new Network<float>(
            NetworkSpec.Input(3).BatchNorm().Then(new Dense(4) { Initializer = new Zeros() }).BatchNorm().Relu().Dense(2));
        network.Parameters.Write(network.Parameters.Slots[3], [1, 2, 1, 1]);
        Assert.Equal([[0, 2, 3]], Assert.Single(SymmetryCheck.Run(network).Layers).Copies);
    }

    [Fact]
    public void The_last_layer_may_begin_at_0()
    {
        NetworkSpec spec = NetworkSpec.Input(4).Dense(5).Relu().Then(new Dense(3) { Initializer = new Zeros() });
        Assert.False(SymmetryCheck.Run(new Network<float>(spec, seed: 1)).HasCopies);
        Assert.Empty(SymmetryCheck.Run(new Network<float>(NetworkSpec.Input(4).Then(new Dense(3) { Initializer = new Zeros() }))).Layers);
        Assert.Empty(SymmetryCheck.Run(new Network<float>(NetworkSpec.Input(4))).Layers);
    }

    [Fact]
    public void Heads_of_members_may_begin_at_0_all_of_them()
    {
        NetworkSpec spec = NetworkSpec.Input(4).Members(
            3, inner => inner.Dense(5).Relu().Then(new MemberDense(3) { Initializer = new Zeros() }));
        SymmetryReport report = SymmetryCheck.Run(new Network<float>(spec, seed: 1));
        Assert.Equal("0.members.0.dense", Assert.Single(report.Layers).Name);
        Assert.False(report.HasCopies);
    }

    [Fact]
    public void The_report_is_printed_as_a_table()
    {
        var report = new SymmetryReport([new SymmetryPart("0.dense", 1200, [[0, 1, 2, 7], [4, 6]]), new SymmetryPart("2.dense", 20, [])]);
        Assert.Equal(
            "Layer                         Units  Different\n0.dense                       1,200      1,196  [0-2, 7]  [4, 6]\n"
            + "2.dense                          20         20\n"
            + "Units in brackets are copies of one another and do the work of one; begin with random weights, such as He.",
            report.ToString());
        Assert.EndsWith("\nNo hidden unit is a copy of another.", new SymmetryReport([]).ToString(), StringComparison.Ordinal);
    }

    private static NetworkSpec Spec(Initializer initializer, string activation)
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width);
        foreach (int units in (int[])[20, 7])
        {
            spec = spec.Then(new Dense(units) { Initializer = initializer });
            spec = activation switch
            {
                "sigmoid" => spec.Sigmoid(),
                "tanh" => spec.Tanh(),
                "relu" => spec.Relu(),
                _ => spec.BatchNorm().Sigmoid(),
            };
        }

        return spec.Then(new Dense(Clusters.Classes) { Initializer = initializer });
    }

    private static Network<float> Train(NetworkSpec spec, int epochs) => new Trainer(
        spec, new SoftmaxCrossEntropy(), new TrainingOptions { MaximumEpochs = epochs, ValidationFraction = 0, BatchSize = 20 })
        .Train(Clusters.Rows(100)).Network;
}
