using System.Numerics;
using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Networks;

/// <summary>A network over rows whose zeros are left out.</summary>
public sealed class SparseInputTests
{
    private const int Rows = 30, Inputs = 600, Classes = 3;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(Inputs).Dense(21).BatchNorm().Relu().Dense(Classes);

    [Fact]
    public void The_gradient_agrees_with_finite_differences()
    {
        NetworkSpec spec = NetworkSpec.Input(40).Dense(18).BatchNorm().Tanh().Dropout(0.8f).Dense(Classes);
        GradientCheckReport report = GradientCheck.Run(
            new Network<double>(spec, seed: 3), new SoftmaxCrossEntropy(), BatchOf(SparseRowsOf.Block(DenseRows<double>(40))),
            new GradientCheckOptions { HoldMask = true });
        Assert.True(report.Ratio <= 1e-7, report.ToString());
        Assert.DoesNotContain(report.Parts, part => part.Name == "input");
    }

    [Fact]
    public void Outputs_and_gradients_in_float_have_the_bits_of_the_dense_rows() => CheckBits<float>();

    [Fact]
    public void Outputs_and_gradients_in_double_have_the_bits_of_the_dense_rows() => CheckBits<double>();

    [Fact]
    public void A_gradient_is_added_to_what_stands_there()
    {
        var network = new Network<double>(Spec, seed: 1);
        SparseBlock<double> rows = SparseRowsOf.Block(DenseRows<double>(Inputs));
        Memory<double> once = network.CreateGradient(), twice = network.CreateGradient();
        Workspace<double> workspace = network.CreateWorkspace(Rows);
        Backward(network, workspace, rows);
        network.Backward(workspace, once.Span);
        network.Backward(workspace, twice.Span);
        network.Backward(workspace, twice.Span, accumulate: true);
        Close.Everywhere(Array.ConvertAll(once.ToArray(), value => 2 * value), twice.ToArray(), 1e-12, "gradient");
    }

    [Fact]
    public void The_gradient_of_parts_is_that_of_the_whole()
    {
        var network = new Network<float>(Spec, seed: 1);
        Workspace<float> workspace = network.CreateWorkspace(Rows);
        Backward(network, workspace, SparseRowsOf.Block(DenseRows<float>(Inputs)));
        Memory<float> whole = network.CreateGradient(), parts = network.CreateGradient();
        network.Backward(workspace, whole.Span);
        parts.Span.Fill(float.NaN);
        for (int from = 0; from < parts.Length; from += 16 * 77)
        {
            int to = Math.Min(parts.Length, from + 16 * 77);
            network.BackwardParameters(workspace, parts.Span[from..to], from, to, accumulate: false);
        }

        Assert.Equal(whole.ToArray(), parts.ToArray());
    }

    [Fact]
    public void One_workspace_serves_sparse_and_dense_rows_in_turn()
    {
        var network = new Network<float>(Spec, seed: 1);
        DenseBlock<float> dense = DenseRows<float>(Inputs);
        SparseBlock<float> sparse = SparseRowsOf.Block(dense);
        Workspace<float> workspace = network.CreateWorkspace(Rows);
        Memory<float> first = network.CreateGradient(), second = network.CreateGradient();
        foreach ((InputBlock<float> rows, Memory<float> gradient) in
            new (InputBlock<float>, Memory<float>)[] { (sparse, first), (dense, second), (sparse, first) })
        {
            Backward(network, workspace, rows);
            network.Backward(workspace, gradient.Span);
        }

        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void A_network_that_does_not_begin_with_Dense_refuses_sparse_rows()
    {
        var network = new Network<float>(NetworkSpec.Input(5).BatchNorm().Dense(2));
        var exception = Assert.Throws<ArgumentException>(
            () => network.Forward(new SparseBlock<float>(2, 5) { Rows = 2 }, network.CreateWorkspace(2), ForwardMode.Inference));
        Assert.Equal(
            "The rows are sparse but the network begins with BatchNorm, which needs every number; begin it with a Dense, or give it a DenseBlock.",
            exception.WithoutParameter());

        var empty = new Network<float>(NetworkSpec.Input(5));
        exception = Assert.Throws<ArgumentException>(
            () => empty.Forward(new SparseBlock<float>(2, 5) { Rows = 2 }, empty.CreateWorkspace(2), ForwardMode.Inference));
        Assert.Equal(
            "The rows are sparse but the network begins with no layer, which needs every number; begin it with a Dense, or give it a DenseBlock.",
            exception.WithoutParameter());
    }

    [Fact]
    public void The_gradient_of_sparse_inputs_is_refused()
    {
        var network = new Network<float>(NetworkSpec.Input(5).Dense(2));
        var exception = Assert.Throws<ArgumentException>("input", () => network.Forward(
            new SparseBlock<float>(2, 5) { Rows = 2 }, network.CreateWorkspace(2, inputGradient: true), ForwardMode.Train));
        Assert.Equal(
            "The rows are sparse but the workspace computes the gradient of the input, which is not; give it a DenseBlock, " +
                "or create it without inputGradient. (Parameter 'input')",
            exception.Message);
    }

    private static void CheckBits<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var network = new Network<T>(Spec, seed: 1);
        DenseBlock<T> dense = DenseRows<T>(Inputs);
        Workspace<T> ofDense = network.CreateWorkspace(Rows), ofSparse = network.CreateWorkspace(Rows);
        Backward(network, ofDense, dense);
        Backward(network, ofSparse, SparseRowsOf.Block(dense));
        Assert.True(Accuracy.SameBits<T>(ofDense.Output.Data, ofSparse.Output.Data), "outputs");

        Memory<T> expected = network.CreateGradient(), actual = network.CreateGradient();
        actual.Span.Fill(T.NaN);
        network.Backward(ofDense, expected.Span);
        network.Backward(ofSparse, actual.Span);
        // By value: where an input is not touched, one sum of zeros may be -0 and the other 0.
        Assert.Equal(expected.ToArray(), actual.ToArray());
    }

    private static DenseBlock<T> DenseRows<T>(int inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SparseRowsOf.Random<T>(Rows, inputs, 0.1, new Random(4));

    private static Batch<T> BatchOf<T>(InputBlock<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var batch = new Batch<T>(rows, Target<T>.OfClasses(rows.Capacity));
        for (int row = 0; row < rows.Rows; row++)
            batch.Target.Classes[row] = row % Classes;
        return batch;
    }

    // Forward, and the loss's gradient where the way back begins.
    private static void Backward<T>(Network<T> network, Workspace<T> workspace, InputBlock<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Batch<T> batch = BatchOf(rows);
        DenseBlock<T> logits = network.Forward(rows, workspace, ForwardMode.HeldMask);
        new SoftmaxCrossEntropy().CostAndGradient(logits, batch.Target, batch.Weights, Rows, new double[Rows], workspace.OutputGradient, 0, Rows);
    }
}
