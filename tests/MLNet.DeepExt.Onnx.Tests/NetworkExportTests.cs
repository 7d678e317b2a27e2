using CsCheck;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Schedules;

namespace MLNet.DeepExt.Onnx.Tests;

/// <summary>Every layer and every loss, as ONNX Runtime computes it.</summary>
public sealed class NetworkExportTests
{
    private const int Inputs = 7;

    private static readonly Loss[] AllLosses =
    [
        new SquaredError(), new AbsoluteError(), new Huber(), new Quantile { Quantiles = [0.1, 0.5, 0.9] },
        new BinaryCrossEntropy(), new Focal(), new SoftmaxCrossEntropy(),
    ];

    private static readonly NetworkSpec[] AllLayers =
    [
        Of(new Dense(5)), Of(new Dense(5) { UseBias = false }), Of(new BatchNorm()), Of(new Dense(5), new BatchNorm(), new Relu()),
        Of(new CategoryEmbedding([new(1, 3, 2), new(5, 2, 20)])), Of(new Dropout(0.5f)), Of(new Relu()), Of(new LeakyRelu { Slope = 0.2 }),
        Of(new Tanh()), Of(new Sigmoid()), Of(new Linear()),
        Of(new Elu()), Of(new Elu { Alpha = 0.3 }), Of(new Selu()), Of(new Gelu()), Of(new Gelu { TanhApproximation = true }), Of(new Swish()),
        Of(new Mish()), Of(new Softplus()), Of(new Softplus { Beta = 2.5, Threshold = 1 }), Of(new LayerNorm()),
        Of(new Dense(20), new LayerNorm { Epsilon = 0.1 }, new Gelu()),
        Of(new Sequential(new Dense(5), new BatchNorm()) { Name = "hidden" }), Of(new Residual(new BatchNorm(), new Dense(9), new Relu(), new Dense(Inputs))),
        Of(new Dense(5), new Residual(new Residual(new Tanh()), new Dropout(0.5f))), Ensemble(3), Ensemble(20),
        Of(new Members(2, new MemberScaling { RandomSigns = true }, new CategoryEmbedding([new(1, 3, 2)]), new BatchNorm(), new LayerNorm())),
        Of(new Standardize { Columns = [new(1, 2), new(5, 1)], Means = [1, -2, 3], Deviations = [0.5, 2, 0] }, new Tanh()),
        Of(new RobustScale { Columns = [new(1, 2), new(5, 1)], Medians = [1, -2, 3], Scales = [0.5, 20, 0] }),
        Of(new RobustScale { Medians = [1, -2, 3, 0, 0, 0, 0], Scales = [0.5, 2, 1e25, 1, 1, 1, 0] }),
        Of(new OneHot { Columns = [new(1, 2), new(5, 1)], Values = [[-1, 0.5], [1, 2, 3], []] }, new Dense(5)),
        Of(new PiecewiseLinearEmbedding { Columns = [new(0, 1), new(3, 2)], Bins = 3, Edges = [[-1, 0, 1, 2], [0, 2], [7]] }),
        Of(new PiecewiseLinearEmbedding { Bins = 2, Dimension = 5, UseRelu = true, Edges = [.. Enumerable.Repeat<double[]>([-0.5, 0.5, 2], 7)] }),
        Of(new Dense(9) { NeuralTangent = true }, new Tanh(), new Dense(5) { NeuralTangent = true, Initializer = new Zeros() }),
        Of(new LearnedScaling()), Of(new Tanh(), new LearnedScaling { RateFactor = 2 }, new Dense(20), new LearnedScaling()),
        Of(new ParametricActivation(new Selu())), Of(new Dense(20), new ParametricActivation(new Mish()), new ParametricActivation(new Relu())),
        Of(new ParametricActivation(new Gelu()), new ParametricActivation(new Softplus { Beta = 2 }), new ParametricActivation(new Sigmoid())),
        Of(new LearnedScaling(), new Members(
            4, new MemberScaling { Initializer = new Normal(1), Groups = [3, 2] }, new Dense(20) { NeuralTangent = true },
            new ParametricActivation(new Selu()), new Dropout(0.9f) { Schedule = new FlatCosine() }, new MemberDense(3) { NeuralTangent = true })),
        Of(new PiecewiseLinearEmbedding
        {
            Columns = [new(0, 1), new(3, 2)],
            Bins = 3,
            Dimension = 17,
            AddLinear = true,
            Edges = [[-1, 0, 1, 2], [-0.01, 0.01], []],
        }),
        Of(new PiecewiseLinearEmbedding { Columns = [], Dimension = 3, Edges = [] }),
        Of(new Branches(new Sequential(new Dense(9), new Tanh(), new Dense(5)), new Dense(5))),
        Of(new Dense(9), new Branches(
            new Sequential(new BatchNorm(), new Relu(), new Dense(20)),
            new Members(3, new MemberScaling { RandomSigns = true }, new Dense(20), new MemberDense(20)),
            new Sequential(new Residual(new Tanh(), new Dense(9)), new Dropout(0.5f), new Dense(20)))),
        Of(new PeriodicEmbedding { Columns = [new(0, 1), new(3, 2)], Frequencies = 3, Deviation = 0.3, Dimension = 5 }),
        Of(new PeriodicEmbedding { Columns = [new(0, 1), new(3, 2)], Frequencies = 3, Deviation = 0.3, Dimension = 5, AddInput = true }),
        Of(new PeriodicEmbedding { Frequencies = 3, Deviation = 0.3, Dimension = 4, IsShared = true, UseRelu = false }),
    ];

    public static TheoryData<int> Layers => [.. Enumerable.Range(0, AllLayers.Length)];

    public static TheoryData<int> Losses => [.. Enumerable.Range(0, AllLosses.Length)];

    private static NetworkSpec Ensemble(int outputs) => NetworkSpec.Input(Inputs).Members(4, inner => inner.MemberScaling(randomSigns: true)
        .Dense(9).MemberScaling(useBias: true).Residual(block => block.BatchNorm().Swish().Dense(9)).MemberDense(outputs));

    [Theory]
    [MemberData(nameof(Layers))]
    public void A_layer_computes_the_same(int layer) => AssertSame(new Predictor(Trained(AllLayers[layer]), new SquaredError()));

    [Theory]
    [MemberData(nameof(Losses))]
    public void What_a_loss_makes_of_logits_is_the_same(int loss) =>
        AssertSame(new Predictor(Trained(Of(new Dense(9), new Tanh(), new Dense(6))), AllLosses[loss]));

    [Theory]
    [MemberData(nameof(Losses))]
    public void What_a_loss_makes_of_the_logits_of_members_is_the_same(int loss)
    {
        Network<float> network = Trained(Ensemble(6));
        AssertSame(new Predictor(network, AllLosses[loss]));
        if (AllLosses[loss] is Quantile)
            Assert.Throws<NotSupportedException>(() => AssertSame(new Predictor(network, AllLosses[loss], givesLogits: true)));
        else
            AssertSame(new Predictor(network, AllLosses[loss], givesLogits: true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Targets_come_back_in_their_own_units(int outputsPerTarget)
    {
        var scaling = new TargetScaling([1000, -3], [50, 0.01]);
        ElementwiseLoss loss = outputsPerTarget == 1
            ? new SquaredError { Scaling = scaling }
            : new Quantile { Quantiles = [0.1, 0.5, 0.9], Scaling = scaling };
        AssertSame(new Predictor(Trained(Of(new Dense(2 * outputsPerTarget))), loss));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void Outputs_are_kept_within_the_range_of_each_target(int outputsPerTarget, bool hasMembers)
    {
        var scaling = new TargetScaling([1000, -3], [50, 0.01]);
        var range = new TargetRange([990, -3.002], [1005, -2.999]);
        ElementwiseLoss loss = outputsPerTarget == 1
            ? new SquaredError { Scaling = scaling, Range = range }
            : new Quantile { Quantiles = [0.1, 0.5, 0.9], Scaling = scaling, Range = range };
        Network<float> network = Trained(hasMembers ? Ensemble(2 * outputsPerTarget) : Of(new Dense(2 * outputsPerTarget)));
        AssertSame(new Predictor(network, loss));
        if (outputsPerTarget == 1)
            AssertSame(new Predictor(network, loss, givesLogits: true));
    }

    [Fact]
    public void Categories_that_are_missing_have_their_row_there_too()
    {
        var predictor = new Predictor(Trained(Of(new CategoryEmbedding([new(0, 3, 2), new(4, 3, 2)]))), new SquaredError());
        float[] rows = [0, 1, 0, 5, 0, 0, 0, /**/ 0, 0, 0, 6, 1, 0, 0, /**/ 0, 0, 0, 7, 0, 0, 0];
        var expected = new float[3 * predictor.Outputs];
        predictor.Predict(rows, 3, expected, predictor.CreateBuffer(3));
        using var session = OnnxSession.Of(predictor);
        Close.Assert(expected, session.Run(rows, 3));
    }

    [Fact]
    public void Codes_have_the_same_places_there_and_those_that_are_not_known_none()
    {
        NetworkSpec spec = NetworkSpec.Input(3).Then(new OneHot { Columns = [new(0, 2)], Values = [[0, 1, 7.25], [3]] });
        var predictor = new Predictor(new Network<float>(spec), new SquaredError());
        float[] rows = [0, 3, 5, /**/ 1, 4, 6, /**/ 7.25f, 3, 7, /**/ 7, -3, 8];
        using var session = OnnxSession.Of(predictor);
        Assert.Equal([1, 0, 0, 1, 0, 0, 5, /**/ 0, 1, 0, 0, 0, 0, 6, /**/ 0, 0, 1, 1, 0, 0, 7, /**/ 0, 0, 0, 0, 0, 0, 8], session.Run(rows, 4));
    }

    [Fact]
    public void Slots_that_are_not_seen_are_ignored_there_too()
    {
        CategoryRange[] ranges = [new(0, 3, 2) { Seen = [0, 2] }, new(4, 3, 2) { Seen = [] }];
        var predictor = new Predictor(Trained(Of(new CategoryEmbedding(ranges))), new SquaredError());
        float[] rows = [0, 1, 0, 5, 0, 0, 1, /**/ 0, 0, 1, 6, 1, 0, 0, /**/ 1, 9, 0, 7, 0, 0, 0, /**/ 0, 0, 0, 8, 0, 1, 0];
        var expected = new float[4 * predictor.Outputs];
        predictor.Predict(rows, 4, expected, predictor.CreateBuffer(4));
        using var session = OnnxSession.Of(predictor);
        Close.Assert(expected, session.Run(rows, 4));
    }

    [Fact]
    public void Every_layer_and_every_loss_has_its_row()
    {
        AssertComplete<LayerSpec>(AllLayers.SelectMany(spec => spec.Layers).SelectMany(All));
        AssertComplete<Loss>(AllLosses);

        static void AssertComplete<T>(IEnumerable<T> rows) => Assert.Equal(
            typeof(T).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(T)) && type.IsSealed).Select(type => type.Name).Order(),
            rows.Select(row => row!.GetType().Name).Distinct().Order());

        static IEnumerable<LayerSpec> All(LayerSpec layer) =>
            layer is CompositeSpec composite ? composite.Layers.SelectMany(All).Append(layer) : [layer];
    }

    [Fact]
    public void Networks_of_random_shapes_compute_the_same() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 3], Gen.Int[1, 70], Gen.Int[2, 5], Gen.Int).Sample(
            (inputs, hidden, units, outputs, seed) =>
            {
                NetworkSpec spec = NetworkSpec.Input(inputs);
                for (int i = 0; i < hidden; i++)
                    spec = i % 2 == 0 ? spec.Dense(units).BatchNorm().Relu().Dropout(0.8f) : spec.Dense(units + i).Tanh();
                AssertSame(new Predictor(Trained(spec.Dense(outputs), seed), new SoftmaxCrossEntropy()), seed);
            },
            iter: 30,
            threads: 1);

    private static NetworkSpec Of(params LayerSpec[] layers) => new(Inputs, layers);

    // A few steps, so that statistics and shifts are not those of the beginning.
    private static Network<float> Trained(NetworkSpec spec, int seed = 1)
    {
        const int Rows = 64;
        var network = new Network<float>(spec, seed);
        Workspace<float> workspace = network.CreateWorkspace(Rows);
        var random = new Random(seed);
        foreach (Slot slot in network.Parameters.Slots)
            network.Parameters.Write(slot, [.. network.Parameters.Read(slot).Select(value => value + 0.2f * random.NextSingle())]);
        for (int step = 0; step < 5; step++)
        {
            var block = new DenseBlock<float>(Rows, spec.Inputs);
            for (int row = 0; row < Rows; row++)
                RowOf(random, spec.Inputs).CopyTo(block.Row(row));
            network.Forward(block, workspace, ForwardMode.Train);
        }

        return network;
    }

    private static float[] RowOf(Random random, int width) => [.. Enumerable.Range(0, width).Select(_ => 4 * random.NextSingle() - 1)];

    private static void AssertSame(Predictor predictor, int seed = 3)
    {
        using var session = OnnxSession.Of(predictor);
        var random = new Random(seed);
        foreach (int count in new[] { 1, 7, 300 })
        {
            float[] rows = [.. Enumerable.Range(0, count).SelectMany(_ => RowOf(random, predictor.Inputs))];
            var expected = new float[count * predictor.Outputs];
            predictor.Predict(rows, count, expected, predictor.CreateBuffer(count));
            Close.Assert(expected, session.Run(rows, count));
        }
    }
}
