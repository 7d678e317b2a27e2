using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Layers;

/// <summary>Layers side by side are so many networks.</summary>
[Trait("Spec", "G3")]
public sealed class BranchesTests
{
    private const int Inputs = 6, Rows = 11, Classes = 3;

    private static readonly Loss Cost = new SoftmaxCrossEntropy();

    private static readonly NetworkSpec[] Alone =
    [
        NetworkSpec.Input(Inputs).Dense(21).Tanh().Dense(Classes),
        NetworkSpec.Input(Inputs).Members(2, inner => inner.MemberScaling(randomSigns: true).Dense(9).BatchNorm().Relu().MemberDense(Classes)),
        NetworkSpec.Input(Inputs).Dense(Classes),
    ];

    [Fact]
    public void Branches_are_networks_of_their_own_to_the_bit()
    {
        Network<float>[] networks = [.. Alone.Select((spec, i) => TrainedNetworks.Of(spec, i + 1))];
        Network<float> together = Ensemble.Of(networks);
        Assert.Equal("(4, 3)", together.Spec.OutputShape.ToString());
        DenseBlock<float> rows = RandomBatches.Block<float>(Rows, Inputs, new Random(2));
        DenseBlock<float> outputs = together.Forward(rows, together.CreateWorkspace(Rows), ForwardMode.Inference);
        int first = 0;
        foreach (Network<float> network in networks)
        {
            int lines = network.Spec.OutputShape.Lines;
            DenseBlock<float> expected = network.Forward(rows, network.CreateWorkspace(Rows), ForwardMode.Inference);
            for (int line = 0; line < Rows * lines; line++)
                Assert.Equal(expected.Row(line), outputs.Row(line / lines * 4 + first + line % lines));
            first += lines;
        }
    }

    [Fact]
    public void The_gradient_of_each_is_a_part_of_that_of_its_network()
    {
        Network<double>[] networks = [.. Alone.Take(1).Concat(Alone.Skip(2)).Select((spec, i) => TrainedNetworks.Of(spec, i + 1).ConvertTo<double>())];
        Batch<double> batch = RandomBatches.OfClasses<double>(Rows, Inputs, Classes);
        (double cost, double[] gradient, double[] input) = CostAndGradients(Ensemble.Of(networks), batch);
        var expected = new List<double>();
        var inputs = new double[Rows * Inputs];
        double mean = 0;
        foreach (Network<double> network in networks)
        {
            (double costOfOne, double[] gradientOfOne, double[] inputOfOne) = CostAndGradients(network, batch);
            mean += costOfOne / networks.Length;
            expected.AddRange(gradientOfOne.Select(value => value / networks.Length));
            for (int i = 0; i < inputs.Length; i++)
                inputs[i] += inputOfOne[i] / networks.Length;
        }

        Assert.Equal(mean, cost, 1e-12);
        Close.InNorm([.. expected], gradient, 1e-12, "parameters");
        Close.InNorm(inputs, input, 1e-12, "inputs");
    }

    [Fact]
    public void Rows_without_their_zeros_predict_the_same_where_all_branches_can_read_them()
    {
        Network<float> network = TrainedNetworks.Of(
            NetworkSpec.Input(Inputs).Branches(one => one.Dense(9).Tanh().Dense(2), other => other.EmbedCategories(new CategoryRange(1, 3, 2)).Dense(2)), 1);
        var predictor = new Predictor(network, new SquaredError());
        Assert.True(network.Spec.ReadsSparseRows);
        Assert.False(network.Spec.LearnsFromSparseRows);
        float[] rows = [0, 0, 1, 0, -2, 0, /**/ 0, 0, 0, 0, 0, 0, /**/ 3, 1, 0, 0, 0, 0.5f];
        var sparse = new SparseBlock<float>(3, Inputs);
        foreach (float[] row in rows.Chunk(Inputs))
        {
            int[] columns = [.. Enumerable.Range(0, Inputs).Where(column => row[column] != 0)];
            sparse.AppendChecked(columns, [.. columns.Select(column => row[column])]);
        }

        float[] expected = new float[6], actual = new float[6];
        predictor.Predict(rows, 3, expected, predictor.CreateBuffer(3));
        predictor.Predict(sparse, actual, predictor.CreateBuffer(2));
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void What_is_faster_at_prediction_is_so_in_branches()
    {
        NetworkSpec alone = NetworkSpec.Input(Inputs)
            .Then(new RobustScale { Medians = [0.1, -0.2, 0.3, 0, 0, 0.1], Scales = [0.5, 2, 0.9, 1, 1, 3] })
            .Then(new PiecewiseLinearEmbedding { Dimension = 16, Edges = [.. Enumerable.Repeat<double[]>([-1, 0, 1], Inputs)] })
            .Then(new LearnedScaling()).Dense(9).BatchNorm().Relu().Dropout(0.5f).Dense(2);
        Network<float> network = TrainedNetworks.Of(alone, 1), other = TrainedNetworks.Of(NetworkSpec.Input(Inputs).Dense(2), 2);
        IReadOnlyList<LayerSpec> folded = Folding.ForPrediction(network).Spec.Layers;
        var branches = (Branches)Folding.ForPrediction(Ensemble.Of(network, other)).Spec.Layers.Single();
        Assert.Equal(folded, ((Sequential)branches.Layers[0]).Layers);
        Assert.True(folded.Count < 6, string.Join(' ', folded));
    }

    [Fact]
    public void Dense_layers_of_two_branches_are_not_one_linear_map()
    {
        NetworkSpec spec = NetworkSpec.Input(Inputs).Branches(one => one.Dense(4), two => two.Dense(4), three => three.Dense(5).Dense(4));
        Assert.Equal(
            "Layers 0.branches.2.sequential.0.dense and 0.branches.2.sequential.1.dense have no nonlinearity between them and are equivalent to one linear layer; "
            + "put an activation such as Relu after layer 0.branches.2.sequential.0.dense, or remove one of them.",
            Assert.Single(StackedLinearLayers.WarningsOf(spec)));
    }

    [Fact]
    public void The_table_of_a_network_shows_what_each_branch_reads()
    {
        NetworkSpec spec = NetworkSpec.Input(Inputs).Branches(one => one.Dense(4).Dense(2), other => other.Dense(2));
        Assert.Equal(
            """
            Layer                       Outputs   Parameters
            Input                             6            0
            Branches                     (2, 2)             
              Sequential                      2             
                Dense(4)                      4           28
                Dense(2)                      2           10
              Sequential                      2             
                Dense(2)                      2           14
            Total                        (2, 2)           52
            """.ReplaceLineEndings("\n"),
            spec.ToString());
    }

    [Fact]
    public void Impossible_branches_are_refused()
    {
        NetworkSpec input = NetworkSpec.Input(Inputs);
        Assert.Equal(
            "Branch 1 returns 4 numbers but branch 0 returns 3; end all branches with the same number of units.",
            MessageOf(() => input.Branches(one => one.Dense(3), other => other.Dense(4))));
        Assert.Equal("Branches must be from 1 to 256 but there are 0; 3 to 5 are usual.", MessageOf(() => input.Branches()));
        Assert.Equal(
            "Branch 1 of 0.branches, Sequential, computes nothing; put a layer into it, or remove it.",
            MessageOf(() => input.Branches(one => one.Tanh(), other => other)));
        Assert.Equal(
            "Branches read (features) but are given (2, 6), which already has members; do not put Branches into Members.",
            MessageOf(() => input.Members(2, inner => inner.Branches(one => one.Dense(2)))));

        static string MessageOf(Func<NetworkSpec> make) => Assert.Throws<ArgumentException>(make).WithoutParameter();
    }

    private static (double Cost, double[] Gradient, double[] Input) CostAndGradients(Network<double> network, Batch<double> batch)
    {
        Workspace<double> workspace = network.CreateWorkspace(Rows, inputGradient: true);
        DenseBlock<double> logits = network.Forward(batch.Inputs, workspace, ForwardMode.Train);
        double cost = Cost.CostAndGradient(logits, batch.Target, workspace.OutputGradient, batch.Weights);
        Memory<double> gradient = network.CreateGradient();
        network.Backward(workspace, gradient.Span);
        double[] parameters = [.. network.Parameters.Slots.SelectMany(slot => network.ReadGradient(slot, gradient.Span))];
        return (cost, parameters, workspace.InputGradient!.ToDoubles());
    }
}
