using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Networks;

/// <summary>What a prediction takes in memory, and that sharing it changes no bit.</summary>
public sealed class PredictionMemoryTests
{
    private const int Rows = 5;

    private static readonly Dictionary<string, NetworkSpec> Specs = new()
    {
        ["no layer"] = NetworkSpec.Input(3),
        ["an activation"] = NetworkSpec.Input(3).Relu(),
        ["activations alone"] = NetworkSpec.Input(3).Relu().Tanh().Sigmoid(),
        ["every kind"] = new NetworkSpec(7, Specimens.Layers),
        ["widths that change"] = NetworkSpec.Input(3).Dense(70).Relu().Dense(5).Tanh().Dense(33).Dense(1).Dense(50).LeakyRelu().Dense(2).Sigmoid(),
        ["columns and rows in turn"] = NetworkSpec.Input(40).BatchNorm().BatchNorm().Dense(9).BatchNorm().Tanh().BatchNorm().Dense(20).BatchNorm(),
        ["sparse"] = NetworkSpec.Input(6).Dense(20).Relu().Dense(3),
        ["categories"] = NetworkSpec.Input(9).EmbedCategories(new(1, 3, 2), new(5, 4, 3)).EmbedCategories(new CategoryRange(0, 2, 1)).Dense(4),
    };

    public static TheoryData<string> Networks => [.. Specs.Keys];

    [Theory, MemberData(nameof(Networks))]
    public void Shared_memory_gives_the_bits_of_memory_of_its_own(string name)
    {
        NetworkSpec spec = Specs[name];
        Network<float> network = TrainedNetworks.Of(spec, 1);
        DenseBlock<float> rows = TrainedNetworks.Block<float>(Numbers.Uniform<float>(new Random(1), Rows * spec.Inputs, -1, 1), spec.Inputs);
        DenseBlock<float> expected = network.Forward(rows, network.CreateWorkspace(Rows, backward: false), ForwardMode.Inference);
        DenseBlock<float> strange = TrainedNetworks.Block<float>(Strange(Rows * spec.Inputs), spec.Inputs), fewer = Copy(rows, Rows - 2);
        // Two threads, each with memory of its own.
        Parallel.For(0, 2, _ =>
        {
            Workspace<float> shared = network.CreatePredictionWorkspace(Rows, long.MaxValue);
            AssertSame(rows, shared);
            AssertSame(rows, shared);
            // What a pass leaves behind, be it NaN, is no part of the next one, which may have fewer rows.
            network.Forward(strange, shared, ForwardMode.Inference);
            AssertSame(fewer, shared);
            AssertSame(rows, shared);
            if (!spec.ReadsSparseRows)
                return;
            network.Forward(strange, shared, ForwardMode.Inference);
            AssertSame(Sparse(fewer), shared);
            AssertSame(Sparse(rows), shared);
        });

        void AssertSame(InputBlock<float> input, Workspace<float> shared)
        {
            DenseBlock<float> actual = network.Forward(input, shared, ForwardMode.Inference);
            for (int row = 0; row < input.Rows; row++)
                Assert.True(Accuracy.SameBits<float>(expected.Row(row), actual.Row(row)), $"{name}, row {row} of {input.Rows}");
        }

        static DenseBlock<float> Copy(DenseBlock<float> rows, int count)
        {
            var copy = new DenseBlock<float>(count, rows.Width);
            for (int row = 0; row < count; row++)
                rows.Row(row).CopyTo(copy.Row(row));
            return copy;
        }

        static SparseBlock<float> Sparse(DenseBlock<float> rows)
        {
            var sparse = new SparseBlock<float>(rows.Rows, rows.Width);
            for (int row = 0; row < rows.Rows; row++)
                sparse.Append([.. Enumerable.Range(0, rows.Width)], rows.Row(row));
            return sparse;
        }

        static float[] Strange(int count) =>
            [.. Enumerable.Range(0, count).Select(i => (i % 4) switch { 0 => 1e38f, 1 => float.NaN, 2 => float.NegativeInfinity, _ => -3e38f })];
    }

    [Fact]
    public void Nine_thousand_layers_predict_in_the_memory_of_three()
    {
        LayerSpec[] layers = [new Dense(4096), .. Enumerable.Repeat<LayerSpec>(new Relu(), 9000), new Dense(3)];
        var predictor = new Predictor(new Network<float>(new NetworkSpec(4, layers), seed: 1), new SoftmaxCrossEntropy());
        PredictionBuffer buffer = predictor.CreateBuffer(1);
        long allocated = Allocation.Of(() => buffer = predictor.CreateBuffer(22));
        Assert.InRange(allocated, 22 * 4096 * sizeof(float), 3 * 22 * 4112 * sizeof(float) + (1 << 20));

        var outputs = new float[22 * 3];
        predictor.Predict(new float[22 * 4], 22, outputs, buffer);
        Assert.All(outputs, output => Assert.InRange(output, 0.3, 0.4));
    }

    [Fact]
    public void Layers_that_learn_predict_in_the_memory_of_the_widest_three_however_many_they_are()
    {
        NetworkSpec spec = new(8, Enumerable.Range(0, 300).SelectMany(i => new LayerSpec[] { new Dense(200 + i % 2), new Tanh() }));
        var predictor = new Predictor(new Network<float>(spec, seed: 1), new SquaredError());
        predictor.CreateBuffer(1);
        Assert.InRange(Allocation.Of(() => predictor.CreateBuffer(1000)), 0, 3 * 1000 * 208 * sizeof(float) + (1 << 18));
    }

    [Fact]
    public void Rows_of_wide_layers_are_computed_in_parts_of_32_MiB_and_have_the_same_bits()
    {
        const int count = 500;
        var predictor = new Predictor(new Network<float>(NetworkSpec.Input(2).Dense(50_000).Relu().Dense(2), seed: 1), new SquaredError());
        PredictionBuffer buffer = predictor.CreateBuffer(1), large = buffer;
        Assert.InRange(Allocation.Of(() => large = predictor.CreateBuffer(1_000_000)), 8 << 20, (32 << 20) + (1 << 16));

        float[] rows = Numbers.Uniform<float>(new Random(2), 2 * count, -1, 1), together = new float[2 * count], alone = new float[2];
        predictor.Predict(rows, count, together, large);
        for (int row = 0; row < count; row++)
        {
            predictor.Predict(rows.AsSpan(2 * row, 2), 1, alone, buffer);
            Assert.True(Accuracy.SameBits<float>(together.AsSpan(2 * row, 2), alone), $"row {row}");
        }
    }

    [Fact]
    public void What_explains_a_deep_network_takes_32_MiB_or_one_row()
    {
        LayerSpec[] layers = [new Dense(512), .. Enumerable.Repeat<LayerSpec>(new Relu(), 2000), new Dense(1)];
        var network = new Network<float>(new NetworkSpec(2, layers), seed: 1);
        var method = new IntegratedGradients(64);
        _ = new Attributor(network, new SquaredError(), method);
        Attributor? attributor = null;
        Assert.InRange(Allocation.Of(() => attributor = new Attributor(network, new SquaredError(), method)), 0, (32 << 20) + (4 << 20));

        // Of layers that bend at 0 alone and no bias, the contributions add up to the output.
        var contributions = new float[2];
        attributor!.Attribute([1, -1], 0, contributions);
        float expected = network.Forward(TrainedNetworks.Block<float>([1, -1], 2), network.CreateWorkspace(1), ForwardMode.Inference).Row(0)[0];
        Assert.Equal(expected, contributions.Sum(), 1e-4);
    }
}
