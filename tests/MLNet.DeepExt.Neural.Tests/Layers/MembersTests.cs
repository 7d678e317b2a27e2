using MLNet.DeepExt.Neural.Data;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Neural.Training;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Layers;

/// <summary>An ensemble in one network is so many networks, which share what the layers share.</summary>
[Trait("Spec", "G3")]
public sealed class MembersTests
{
    private const int Count = 3;
    private const int Inputs = 6;
    private const int Rows = 11;
    private const int Classes = 3;

    private static readonly Loss Cost = new SoftmaxCrossEntropy();

    // Nothing is shared.
    private static readonly NetworkSpec Together = NetworkSpec.Input(Inputs).Members(Count, inner => inner.MemberDense(21).Tanh().MemberDense(Classes));

    private static readonly NetworkSpec Alone = NetworkSpec.Input(Inputs).Dense(21).Tanh().Dense(Classes);

    [Fact]
    public void Members_that_share_nothing_are_networks_of_their_own_to_the_bit()
    {
        Network<float> ensemble = TrainedNetworks.Of(Together, 1);
        DenseBlock<float> rows = RandomBatches.Block<float>(Rows, Inputs, new Random(2));
        DenseBlock<float> outputs = ensemble.Forward(rows, ensemble.CreateWorkspace(Rows), ForwardMode.Inference);
        Assert.Equal((Rows * Count, Classes), (outputs.Rows, outputs.Width));
        for (int member = 0; member < Count; member++)
        {
            Network<float> network = MemberOf(ensemble, member);
            DenseBlock<float> expected = network.Forward(rows, network.CreateWorkspace(Rows), ForwardMode.Inference);
            for (int row = 0; row < Rows; row++)
                Assert.Equal(expected.Row(row), outputs.Row(row * Count + member));
        }
    }

    [Fact]
    public void The_gradient_of_the_mean_of_the_losses_is_a_part_of_the_gradient_of_each()
    {
        Network<double> ensemble = TrainedNetworks.Of(Together, 1).ConvertTo<double>();
        Batch<double> batch = RandomBatches.OfClasses<double>(Rows, Inputs, Classes);
        (double cost, double[][] gradients, double[] input) = CostAndGradients(ensemble, batch);
        double mean = 0;
        var inputs = new double[Rows * Inputs];
        for (int member = 0; member < Count; member++)
        {
            (double costOfMember, double[][] expected, double[] inputOfMember) = CostAndGradients(MemberOf(ensemble, member), batch);
            mean += costOfMember / Count;
            foreach ((int slot, double[] part) in expected.Index())
                Close.InNorm([.. part.Select(value => value / Count)], Part(gradients, slot, member, part.Length), 1e-12, $"{member}, {slot}");
            for (int i = 0; i < inputs.Length; i++)
                inputs[i] += inputOfMember[i] / Count;
        }

        Assert.Equal(mean, cost, 1e-12);
        Close.InNorm(inputs, input, 1e-12, "input");
    }

    [Fact]
    public void A_prediction_is_the_mean_of_the_members_probabilities()
    {
        Network<float> ensemble = TrainedNetworks.Of(Together, 1);
        float[] rows = Numbers.Uniform<float>(new Random(2), Rows * Inputs, -2, 2), actual = Predict(ensemble, rows);
        var expected = new double[actual.Length];
        for (int member = 0; member < Count; member++)
        {
            float[] predicted = Predict(MemberOf(ensemble, member), rows);
            for (int i = 0; i < expected.Length; i++)
                expected[i] += predicted[i] / (double)Count;
        }

        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-6);
    }

    [Fact]
    public void Scaling_before_and_after_a_shared_Dense_gives_each_member_weights_of_its_own()
    {
        NetworkSpec spec = NetworkSpec.Input(Inputs).Members(Count, inner => inner.MemberScaling().Dense(20).MemberScaling(useBias: true));
        Network<double> network = TrainedNetworks.Of(spec, 3).ConvertTo<double>();
        double[][] numbers = [.. network.Parameters.Slots.Select(network.Parameters.Read)]; // r, W, c, s, b
        DenseBlock<double> rows = RandomBatches.Block<double>(Rows, Inputs, new Random(2));
        DenseBlock<double> outputs = network.Forward(rows, network.CreateWorkspace(Rows), ForwardMode.Inference);
        for (int line = 0; line < Rows * Count; line++)
        {
            int member = line % Count;
            for (int unit = 0; unit < 20; unit++)
            {
                double sum = numbers[2][unit];
                for (int i = 0; i < Inputs; i++)
                    sum += rows.Row(line / Count)[i] * numbers[0][member * Inputs + i] * numbers[1][i * 20 + unit];
                Assert.Equal(sum * numbers[3][member * 20 + unit] + numbers[4][member * 20 + unit], outputs.Row(line)[unit], 1e-12);
            }
        }
    }

    [Fact]
    public void Members_begin_as_different_ones_where_signs_are_random()
    {
        NetworkSpec spec = NetworkSpec.Input(Inputs).Members(32, inner => inner.MemberScaling(randomSigns: true).MemberScaling(useBias: true));
        var network = new Network<float>(spec, seed: 1);
        float[] signs = network.Parameters.Read(network.Parameters.Slots[0]);
        Assert.All(signs, sign => Assert.Equal(1, Math.Abs(sign)));
        Assert.InRange(signs.Count(sign => sign > 0), 60, 132);
        Assert.True(signs.Chunk(Inputs).Select(chunk => string.Join(' ', chunk)).Distinct().Count() > 16);
        Assert.All(network.Parameters.Read(network.Parameters.Slots[1]), scale => Assert.Equal(1, scale));
        Assert.All(network.Parameters.Read(network.Parameters.Slots[2]), bias => Assert.Equal(0, bias));
    }

    [Fact]
    public void Scales_begin_as_the_initializer_says_with_one_number_for_each_group()
    {
        var layer = new MemberScaling { Initializer = new Normal(1), Groups = [3, 1, 16] };
        NetworkSpec spec = NetworkSpec.Input(22).Members(64, inner => inner.Then(layer).Then(layer with { Groups = null, RandomSigns = true }));
        var network = new Network<float>(spec, seed: 1);
        float[][] members = [.. network.Parameters.Read(network.Parameters.Slots[0]).Chunk(22)];
        Assert.All(members, scales =>
        {
            Assert.Single(scales[..3].Distinct());
            Assert.Single(scales[4..20].Distinct());
            Assert.Equal(5, scales.Distinct().Count());
        });
        float[] draws = [.. members.SelectMany(scales => scales.Distinct())];
        Assert.Equal(64 * 5, draws.Distinct().Count());
        Assert.InRange(draws.Average(), -0.2, 0.2); // of 320 draws
        Assert.InRange(draws.Average(draw => draw * draw), 0.7, 1.3);
        Assert.Equal(64 * 22, network.Parameters.Read(network.Parameters.Slots[1]).Distinct().Count());
    }

    [Fact]
    public void Signs_that_are_random_are_those_of_groups()
    {
        NetworkSpec spec = NetworkSpec.Input(Inputs)
            .Members(32, inner => inner.Then(new MemberScaling { RandomSigns = true, Groups = [2, 3] }));
        var network = new Network<float>(spec, seed: 1);
        float[] signs = network.Parameters.Read(network.Parameters.Slots[0]);
        Assert.All(signs.Chunk(Inputs), scales => Assert.True(scales[0] == scales[1] && scales[2] == scales[3] && scales[2] == scales[4]));
        Assert.Equal(8, signs.Chunk(Inputs).Select(scales => string.Join(' ', scales)).Distinct().Count());
    }

    [Fact]
    public void Impossible_groups_are_refused()
    {
        Assert.Equal("Groups of MemberScaling cover 7 inputs but there are 6; remove the groups beyond the inputs.", MessageFor([4, 3]));
        Assert.Equal("Groups of MemberScaling must be at least 1 input wide but one is 0; a single input is a group of 1.", MessageFor([4, 0]));
        Assert.Equal("MemberScaling(Normal(1), 2 groups, bias)", new MemberScaling
        {
            Initializer = new Normal(1),
            Groups = [2, 1],
            UseBias = true,
        }.ToString());

        static string MessageFor(int[] groups) => MessageOf(
            NetworkSpec.Input(Inputs), spec => spec.Members(2, inner => inner.Then(new MemberScaling { Groups = groups })));
    }

    [Fact]
    public void An_ensemble_learns_and_its_loss_and_metrics_are_those_of_its_prediction()
    {
        NetworkSpec spec = NetworkSpec.Input(Clusters.Width).Members(8, inner => inner.MemberScaling(randomSigns: true).Dense(32)
            .MemberScaling(useBias: true).Relu().Dropout(0.9f).MemberDense(Clusters.Classes));
        var options = new TrainingOptions { Seed = 1, MaximumEpochs = 20, Optimizer = new Adam(0.01), NumberOfThreads = 2 };
        LabeledRows validation = Clusters.Rows(200, seed: 2);
        TrainingResult result = new Trainer(spec, Cost, options).Train(Clusters.Rows(400), validation);
        EpochRecord best = result.History.Epochs.MinBy(epoch => epoch.ValidationLoss)!;
        Assert.True(best.ValidationLoss < 0.5 * result.History.Epochs[0].TrainLoss, $"{best}");

        var predictor = new Predictor(result.Network, Cost);
        float[] outputs = new float[200 * Clusters.Classes];
        predictor.Predict(validation.DenseFeatures(), 200, outputs, predictor.CreateBuffer(64));
        int right = outputs.Chunk(Clusters.Classes).Zip(validation.Classes.ToArray(), (row, label) => Array.IndexOf(row, row.Max()) == label ? 1 : 0).Sum();
        Assert.Equal(right / 200.0, best.ValidationMetrics["accuracy"], 1e-9);
    }

    [Fact]
    public void What_has_members_of_its_own_must_be_among_members()
    {
        const string Message = " reads (members, features) but is given 6 features without members; put it into Members of at least 2.";
        Assert.Equal($"A MemberDense{Message}", MessageOf(NetworkSpec.Input(Inputs), spec => spec.MemberDense(2)));
        Assert.Equal($"A MemberScaling{Message}", MessageOf(NetworkSpec.Input(Inputs), spec => spec.MemberScaling()));
        Assert.Equal(
            "Members read (features) but are given (3, 6), which already has members; do not put Members into Members.",
            MessageOf(NetworkSpec.Input(Inputs), spec => spec.Members(3, inner => inner.Members(2, most => most.Dense(2)))));
        Assert.Equal(
            "The number of Members must be from 1 to 256 but is 257; 32 is usual.", MessageOf(NetworkSpec.Input(2), spec => spec.Then(new Members(257, new Tanh()))));
        NetworkSpec? captured = null;
        NetworkSpec.Input(Inputs).Members(3, inner => captured = inner.Dense(2));
        Assert.StartsWith(
            "The network begins with inputs of shape (3, 6), but", Assert.Throws<ArgumentException>("spec", () => new Network<float>(captured!)).Message,
            StringComparison.Ordinal);
    }

    private static string MessageOf(NetworkSpec spec, Func<NetworkSpec, NetworkSpec> change) =>
        Assert.Throws<ArgumentException>(() => change(spec)).WithoutParameter();

    // A network with the weights of one member.
    private static Network<T> MemberOf<T>(Network<T> ensemble, int member)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var network = new Network<T>(Alone);
        T[][] numbers = [.. ensemble.Parameters.Slots.Select(ensemble.Parameters.Read)];
        foreach ((int slot, Slot part) in network.Parameters.Slots.Index())
            network.Parameters.Write(part, Part(numbers, slot, member, part.Shape.Count));
        return network;
    }

    // Of each layer Count weights, and then the biases of all members.
    private static T[] Part<T>(T[][] numbers, int slot, int member, int length) => slot % 2 == 0
        ? numbers[slot / 2 * (Count + 1) + member]
        : numbers[slot / 2 * (Count + 1) + Count][(member * length)..((member + 1) * length)];

    private static (double Cost, double[][] Gradients, double[] Input) CostAndGradients(Network<double> network, Batch<double> batch)
    {
        Workspace<double> workspace = network.CreateWorkspace(Rows, inputGradient: true);
        DenseBlock<double> logits = network.Forward(batch.Inputs, workspace, ForwardMode.Train);
        double cost = Cost.CostAndGradient(logits, batch.Target, workspace.OutputGradient, batch.Weights);
        Memory<double> gradient = network.CreateGradient();
        network.Backward(workspace, gradient.Span);
        double[][] gradients = [.. network.Parameters.Slots.Select(slot => network.ReadGradient(slot, gradient.Span))];
        return (cost, gradients, workspace.InputGradient!.ToDoubles());
    }

    private static float[] Predict(Network<float> network, float[] rows)
    {
        var predictor = new Predictor(network, Cost);
        var outputs = new float[Rows * Classes];
        predictor.Predict(rows, Rows, outputs, predictor.CreateBuffer(4));
        return outputs;
    }
}
