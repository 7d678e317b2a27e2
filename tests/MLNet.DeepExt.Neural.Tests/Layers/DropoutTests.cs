using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Layers;

[Trait("Spec", "A5")]
public sealed class DropoutTests
{
    private const int Rows = 500;
    private const int Width = 200;

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.8f)]
    [InlineData(0.999f)]
    public void Dropout_keeps_units_with_its_probability_and_the_expected_activation(float keep)
    {
        double[] y = Apply<float>(keep, ForwardMode.Train, step: 1, Ones<float>());
        Assert.All(y.Distinct(), value => Assert.True(value == 0 || Math.Abs(value - 1 / keep) < 1e-6));
        double standardError = Math.Sqrt(keep * (1 - keep) / y.Length);
        Assert.InRange(y.Average(value => value > 0 ? 1.0 : 0), keep - 4 * standardError, keep + 4 * standardError);
        Assert.InRange(y.Average(), 1 - 4 * standardError / keep, 1 + 4 * standardError / keep);
    }

    [Fact]
    public void Every_row_and_every_column_loses_about_as_many_units()
    {
        double[] y = Apply<float>(0.5f, ForwardMode.Train, step: 1, Ones<float>());
        for (int row = 0; row < Rows; row++)
            Assert.InRange(y.Skip(row * Width).Take(Width).Count(value => value > 0), 60, 140); // 100 ± 5.6 sigma
        for (int column = 0; column < Width; column++)
            Assert.InRange(y.Where((_, i) => i % Width == column).Count(value => value > 0), 185, 315); // 250 ± 5.8 sigma
    }

    [Fact]
    public void Neighbouring_rows_columns_and_steps_are_unrelated()
    {
        double[] y = Apply<float>(0.5f, ForwardMode.Train, step: 1, Ones<float>());
        double[] next = Apply<float>(0.5f, ForwardMode.Train, step: 2, Ones<float>());
        double[] shifted = [.. y.Skip(1), 0];
        double[] rowBelow = [.. y.Skip(Width), .. y.Take(Width)];
        foreach (double[] other in new[] { next, shifted, rowBelow, [.. next.Skip(1), 0] })
        {
            double agreement = y.Zip(other, (a, b) => (a > 0) == (b > 0) ? 1.0 : 0).Average();
            Assert.InRange(agreement, 0.5 - 4 * 0.5 / Math.Sqrt(y.Length), 0.5 + 4 * 0.5 / Math.Sqrt(y.Length));
        }
    }

    [Fact]
    public void Two_layers_have_masks_of_their_own()
    {
        // With one mask for both, a unit kept by the first would be kept by the second: half of them instead of a quarter.
        var network = new Network<float>(NetworkSpec.Input(Width).Dropout(0.5f).Dropout(0.5f));
        double[] y = network.Forward(Ones<float>(), network.CreateWorkspace(Rows), ForwardMode.Train).ToDoubles();
        Assert.InRange(y.Average(value => value > 0 ? 1.0 : 0), 0.24, 0.26);
    }

    [Fact]
    public void The_mask_is_the_same_in_float_and_double_and_at_every_repetition()
    {
        double[] single = Apply<float>(0.5f, ForwardMode.Train, step: 9, Ones<float>());
        Assert.Equal(single, Apply<double>(0.5f, ForwardMode.Train, step: 9, Ones<double>()));
        Assert.Equal(single, Apply<float>(0.5f, ForwardMode.HeldMask, step: 9, Ones<float>()));
    }

    [Fact]
    public void With_the_same_mask_forward_and_backward_are_those_of_the_formula()
    {
        ReferenceValues reference = ReferenceValues.Load();
        float keep = (float)reference.Double("dropout.keep");
        var network = new Network<double>(NetworkSpec.Input(5).Dropout(keep));
        Workspace<double> workspace = network.CreateWorkspace(6, inputGradient: true);
        double[] mask = [.. network.Forward(Filled<double>(6, 5), workspace, ForwardMode.HeldMask).ToDoubles().Select(v => v > 0 ? 1.0 : 0)];
        double[] y = network.Forward(RandomBatches.Block(6, 5, reference.Doubles("dropout.x")), workspace, ForwardMode.HeldMask).ToDoubles();
        double[] dy = reference.Doubles("dropout.dy");
        for (int row = 0; row < 6; row++)
            dy.AsSpan(row * 5, 5).CopyTo(workspace.OutputGradient.Row(row));
        network.Backward(workspace, []);
        double[] dx = workspace.InputGradient!.ToDoubles();

        // The reference's own mask differs, so that each element is compared where both masks agree.
        double[] theirs = reference.Doubles("dropout.mask");
        int[] agreed = [.. Enumerable.Range(0, 30).Where(i => mask[i] == theirs[i])];
        Assert.InRange(agreed.Length, 10, 30);
        Close.Everywhere([.. agreed.Select(i => reference.Doubles("dropout.y")[i])], [.. agreed.Select(i => y[i])], 1e-7, "y");
        Close.Everywhere([.. agreed.Select(i => reference.Doubles("dropout.dx")[i])], [.. agreed.Select(i => dx[i])], 1e-7, "dx");
    }

    [Fact]
    public void Nothing_is_dropped_at_prediction_or_with_probability_one()
    {
        DenseBlock<float> x = RandomBatches.Block<float>(Rows, Width, new Random(2));
        Assert.Equal(x.ToDoubles(), Apply(0.3f, ForwardMode.Inference, step: 1, x));
        Assert.Equal(x.ToDoubles(), Apply(1f, ForwardMode.Train, step: 1, x));
    }

    [Fact]
    public void The_least_probability_keeps_numbers_finite()
    {
        DenseBlock<float> x = RandomBatches.Block<float>(Rows, Width, new Random(2));
        Assert.All(Apply(1e-6f, ForwardMode.Train, step: 1, x), value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [InlineData(0f, "0")]
    [InlineData(1e-30f, "1E-30")] // whose reciprocal is no number that activations could be multiplied by
    [InlineData(9e-7f, "9E-07")]
    [InlineData(1.5f, "1.5")]
    [InlineData(float.NaN, "NaN")]
    public void An_impossible_probability_is_refused(float keep, string shown)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => NetworkSpec.Input(3).Dropout(keep));
        Assert.Equal($"KeepProbability must be from 0.000001 to 1 but is {shown}; use 1 to keep every unit.", error.WithoutParameter());
    }

    private static DenseBlock<T> Ones<T>()
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => Filled<T>(Rows, Width);

    private static DenseBlock<T> Filled<T>(int rows, int width)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        RandomBatches.Block(rows, width, Enumerable.Repeat(T.One, rows * width).ToArray());

    private static double[] Apply<T>(float keep, ForwardMode mode, long step, DenseBlock<T> x)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var network = new Network<T>(NetworkSpec.Input(x.Width).Dropout(keep));
        Workspace<T> workspace = network.CreateWorkspace(x.Rows);
        workspace.Seed = 1;
        workspace.Step = step;
        return [.. network.Forward(x, workspace, mode).ToDoubles().Select(value => (double)(float)value)];
    }
}
