using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Layers;

public sealed class LayerNormTests
{
    private static readonly ReferenceValues Reference = ReferenceValues.Load("layers");

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(37)]
    public void Values_and_gradients_in_double_are_those_of_PyTorch(int width) => CheckAgainstReference<double>(width, 1e-12);

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(37)]
    public void Values_and_gradients_in_float_are_those_of_PyTorch(int width) => CheckAgainstReference<float>(width, 2e-4);

    [Fact]
    public void A_row_comes_out_with_mean_beta_and_deviation_gamma_whatever_its_mean_and_size()
    {
        const int width = 1000;
        var network = new Network<float>(NetworkSpec.Input(width).LayerNorm());
        float[] gamma = new float[width], beta = new float[width];
        gamma.AsSpan().Fill(2);
        beta.AsSpan().Fill(-1);
        network.Parameters.Write(network.Parameters.Slots[0], gamma);
        network.Parameters.Write(network.Parameters.Slots[1], beta);
        DenseBlock<float> x = RandomBatches.Block<float>(3, width, new Random(1));
        foreach (ref float value in x.Row(1))
            value = 10_000 + 3 * value; // a mean far from 0 must not eat the variance
        foreach (ref float value in x.Row(2))
            value *= 1e-2f;

        double[] y = network.Forward(x, network.CreateWorkspace(3), ForwardMode.Train).ToDoubles();
        for (int row = 0; row < 3; row++)
        {
            double[] values = y[(row * width)..((row + 1) * width)];
            Assert.Equal(-1, values.Average(), 1e-3);
            double deviation = row == 2 ? 2 / Math.Sqrt(1 + 1e-5 / 1e-4) : 2; // of ε beside a variance of about 1e-4
            Assert.Equal(deviation, Math.Sqrt(values.Average(v => Math.Pow(v + 1, 2))), 0.02);
        }
    }

    [Fact]
    public void A_row_of_equal_numbers_stays_finite_and_so_does_a_single_feature()
    {
        // The sum of these is rounded.
        var wide = new Network<float>(NetworkSpec.Input(7).LayerNorm());
        DenseBlock<float> large = RandomBatches.Block<float>(2, 7, [.. Enumerable.Repeat(1234567.9f, 7), .. Enumerable.Repeat(-1.1e10f, 7)]);
        Assert.All(wide.Forward(large, wide.CreateWorkspace(2), ForwardMode.Train).ToDoubles(), y => Assert.Equal(0, y));
        var network = new Network<float>(NetworkSpec.Input(4).LayerNorm());
        DenseBlock<float> x = RandomBatches.Block<float>(1, 4, [5f, 5, 5, 5]);
        Assert.All(network.Forward(x, network.CreateWorkspace(1), ForwardMode.Train).ToDoubles(), y => Assert.Equal(0, y));
        network = new Network<float>(NetworkSpec.Input(1).LayerNorm());
        x = RandomBatches.Block<float>(2, 1, [5f, -3]);
        Assert.All(network.Forward(x, network.CreateWorkspace(2), ForwardMode.Train).ToDoubles(), y => Assert.Equal(0, y));
    }

    [Fact]
    public void The_Dense_before_it_has_a_bias()
    {
        var network = new Network<float>(NetworkSpec.Input(3).Dense(4).LayerNorm().Dense(2));
        Assert.Equal(
            ["0.dense.weight", "0.dense.bias", "1.layernorm.scale", "1.layernorm.shift", "2.dense.weight", "2.dense.bias"],
            network.Parameters.Slots.Select(slot => slot.Name));
    }

    [Fact]
    public void At_prediction_it_stays_a_layer_and_what_is_in_the_padding_of_its_inputs_does_not_matter()
    {
        // Sigmoid leaves 1/2 in the padding of a row.
        Network<float> network = TrainedNetworks.Of(NetworkSpec.Input(6).Dense(5).Sigmoid().LayerNorm().Dense(3), 1);
        DenseBlock<float> x = RandomBatches.Block<float>(9, 6, new Random(1));
        double[] expected = network.Forward(x, network.CreateWorkspace(9), ForwardMode.Inference).ToDoubles();
        Network<double> wide = network.ConvertTo<double>();
        double[] inDouble = wide.Forward(
            RandomBatches.Block<double>(9, 6, new Random(1)), wide.CreateWorkspace(9), ForwardMode.Inference).ToDoubles();
        Close.InNorm(inDouble, expected, 1e-6, "float");
        var predictor = new Predictor(network, new SquaredError());
        var outputs = new float[9 * 3];
        predictor.Predict([.. x.ToDoubles().Select(value => (float)value)], 9, outputs, predictor.CreateBuffer(9));
        Assert.Equal(expected, outputs.Select(value => (double)value));
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(1e-60, "1E-60")]
    [InlineData(double.NaN, "NaN")]
    public void An_impossible_epsilon_is_refused(double epsilon, string shown)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => NetworkSpec.Input(3).Then(new LayerNorm { Epsilon = epsilon }));
        Assert.Equal("Epsilon", error.ParamName);
        Assert.Equal($"Epsilon of a LayerNorm must be above 0 but is {shown}; 1e-5 is the usual value.", error.WithoutParameter());
    }

    [Fact]
    public void It_is_printed_with_what_is_not_the_default() => Assert.Equal(
        ["LayerNorm", "LayerNorm(epsilon 0.001)"], new[] { new LayerNorm(), new LayerNorm { Epsilon = 1e-3 } }.Select(layer => layer.ToString()));

    private static void CheckAgainstReference<T>(int width, double tolerance)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        T[] read(string name) => Array.ConvertAll(Reference.Doubles($"layernorm.{width}.{name}"), value => T.CreateTruncating(value));
        int rows = Reference.Shape($"layernorm.{width}.x")[0];
        var network = new Network<T>(NetworkSpec.Input(width).LayerNorm());
        ParameterStore<T> store = network.Parameters;
        store.Write(store.Slots[0], read("gamma"));
        store.Write(store.Slots[1], read("beta"));
        Workspace<T> workspace = network.CreateWorkspace(rows + 2, inputGradient: true);
        Memory<T> gradient = network.CreateGradient();

        DenseBlock<T> y = network.Forward(RandomBatches.Block(rows, width, read("x")), workspace, ForwardMode.Train);
        T[] dy = read("dy");
        for (int row = 0; row < rows; row++)
            dy.AsSpan(row * width, width).CopyTo(workspace.OutputGradient.Row(row));
        network.Backward(workspace, gradient.Span);

        Check("y", y.ToDoubles());
        Check("dx", workspace.InputGradient!.ToDoubles());
        Check("dgamma", [.. network.ReadGradient(store.Slots[0], gradient.Span).Select(value => double.CreateTruncating(value))]);
        Check("dbeta", [.. network.ReadGradient(store.Slots[1], gradient.Span).Select(value => double.CreateTruncating(value))]);

        void Check(string name, double[] actual) => Close.Everywhere(Reference.Doubles($"layernorm.{width}.{name}"), actual, tolerance, name);
    }
}
