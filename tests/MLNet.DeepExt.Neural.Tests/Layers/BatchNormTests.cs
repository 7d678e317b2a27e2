using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Layers;

[Trait("Spec", "A6")]
public sealed class BatchNormTests
{
    private const int Rows = 7;
    private const int Columns = 5;

    private static readonly ReferenceValues Reference = ReferenceValues.Load();

    [Fact]
    public void Three_training_batches_and_a_prediction_are_those_of_PyTorch()
    {
        var network = new Network<double>(NetworkSpec.Input(Columns).BatchNorm());
        ParameterStore<double> store = network.Parameters;
        store.Write(store.Slots[0], Reference.Doubles("batchnorm.gamma"));
        store.Write(store.Slots[1], Reference.Doubles("batchnorm.beta"));
        Workspace<double> workspace = network.CreateWorkspace(Rows, inputGradient: true);
        Memory<double> gradient = network.CreateGradient();

        for (int batch = 0; batch < 3; batch++)
        {
            string name = $"batchnorm.batch{batch}";
            DenseBlock<double> x = RandomBatches.Block(Rows, Columns, Reference.Doubles($"{name}.x"));
            DenseBlock<double> y = network.Forward(x, workspace, ForwardMode.Train);
            double[] dy = Reference.Doubles($"{name}.dy");
            for (int row = 0; row < Rows; row++)
                dy.AsSpan(row * Columns, Columns).CopyTo(workspace.OutputGradient.Row(row));
            network.Backward(workspace, gradient.Span);

            Close.Everywhere(Reference.Doubles($"{name}.y"), y.ToDoubles(), 1e-12, "y");
            Close.Everywhere(Reference.Doubles($"{name}.dx"), workspace.InputGradient!.ToDoubles(), 1e-10, "dx");
            Close.Everywhere(Reference.Doubles($"{name}.dgamma"), network.ReadGradient(store.Slots[0], gradient.Span), 1e-12, "dgamma");
            Close.Everywhere(Reference.Doubles($"{name}.dbeta"), network.ReadGradient(store.Slots[1], gradient.Span), 1e-12, "dbeta");
            Close.Everywhere(Reference.Doubles($"{name}.running_mean"), store.Read(store.Buffers[0]), 1e-12, "running mean");
            Close.Everywhere(Reference.Doubles($"{name}.running_var"), store.Read(store.Buffers[1]), 1e-12, "running variance");
        }

        DenseBlock<double> prediction = network.Forward(
            RandomBatches.Block(4, Columns, Reference.Doubles("batchnorm.eval.x")), workspace, ForwardMode.Inference);
        Close.Everywhere(Reference.Doubles("batchnorm.eval.y"), prediction.ToDoubles(), 1e-12, "prediction");
    }

    [Fact]
    public void A_training_batch_comes_out_with_mean_beta_and_deviation_gamma()
    {
        const int rows = 3000;
        var network = new Network<float>(NetworkSpec.Input(2).BatchNorm());
        network.Parameters.Write(network.Parameters.Slots[0], [2, 0.5f]);
        network.Parameters.Write(network.Parameters.Slots[1], [-1, 7]);
        DenseBlock<float> x = RandomBatches.Block<float>(rows, 2, new Random(1));
        for (int row = 0; row < rows; row++)
            x.Row(row)[0] = 1000 + 3 * x.Row(row)[0]; // a mean far from 0 must not eat the variance

        double[] y = network.Forward(x, network.CreateWorkspace(rows), ForwardMode.Train).ToDoubles();
        foreach ((int column, double mean, double deviation) in new[] { (0, -1.0, 2.0), (1, 7, 0.5) })
        {
            double[] values = [.. y.Where((_, i) => i % 2 == column)];
            Assert.Equal(mean, values.Average(), 1e-3);
            Assert.Equal(deviation, Math.Sqrt(values.Average(v => Math.Pow(v - values.Average(), 2))), 1e-3);
        }
    }

    [Fact]
    public void A_constant_column_stays_finite()
    {
        var network = new Network<float>(NetworkSpec.Input(1).BatchNorm());
        DenseBlock<float> x = RandomBatches.Block<float>(4, 1, [5f, 5, 5, 5]);
        Assert.All(network.Forward(x, network.CreateWorkspace(4), ForwardMode.Train).ToDoubles(), y => Assert.Equal(0, y));
    }

    [Fact]
    public void A_training_batch_of_one_row_is_refused_and_a_prediction_of_one_row_is_not()
    {
        var network = new Network<float>(NetworkSpec.Input(3).BatchNorm());
        Workspace<float> workspace = network.CreateWorkspace(1);
        DenseBlock<float> row = RandomBatches.Block<float>(1, 3, [1f, 2, 3]);
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => network.Forward(row, workspace, ForwardMode.Train));
        Assert.Equal("Batch normalization needs at least 2 rows in a training batch but got 1; use a larger batch, or remove the BatchNorm.", error.Message);
        Assert.Equal(1, network.Forward(row, workspace, ForwardMode.Inference).Rows);
    }

    [Fact]
    public void The_Dense_before_it_has_no_bias()
    {
        var network = new Network<float>(NetworkSpec.Input(3).Dense(4).BatchNorm().Dense(2));
        Assert.Equal(
            ["0.dense.weight", "1.batchnorm.scale", "1.batchnorm.shift", "2.dense.weight", "2.dense.bias"],
            network.Parameters.Slots.Select(slot => slot.Name));
    }

    [Theory]
    [InlineData(1.0, "Momentum of a BatchNorm must be in [0, 1) but is 1; it is the weight of the previous value; 0.9 is the default.")]
    [InlineData(-0.1, "Momentum of a BatchNorm must be in [0, 1) but is -0.1; it is the weight of the previous value; 0.9 is the default.")]
    public void An_impossible_momentum_is_refused(double momentum, string message)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => NetworkSpec.Input(3).Then(new BatchNorm { Momentum = momentum }));
        Assert.Equal(message, error.WithoutParameter());
    }

    [Fact]
    public void An_impossible_epsilon_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => NetworkSpec.Input(3).Then(new BatchNorm { Epsilon = 0 }));
        Assert.Equal("Epsilon of a BatchNorm must be above 0 but is 0; 1e-5 is the usual value.", error.WithoutParameter());
        // Above 0 in double, but nothing in float.
        error = Assert.Throws<ArgumentException>(() => NetworkSpec.Input(3).Then(new BatchNorm { Epsilon = 1e-60 }));
        Assert.Equal("Epsilon of a BatchNorm must be above 0 but is 1E-60; 1e-5 is the usual value.", error.WithoutParameter());
    }
}
