using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Layers;

[Trait("Spec", "A1")]
public sealed class ActivationTests
{
    private static readonly ReferenceValues Plain = ReferenceValues.Load(), Smooth = ReferenceValues.Load("layers");

    // At exactly 0 PyTorch takes the derivative from the left; the course, and so this library, takes it from the right.
    private static readonly Dictionary<string, (Activation Kind, ReferenceValues Reference, double? SlopeAtZero)> Table = new()
    {
        ["linear"] = (new Linear(), Plain, null),
        ["sigmoid"] = (new Sigmoid(), Plain, null),
        ["tanh"] = (new Tanh(), Plain, null),
        ["relu"] = (new Relu(), Plain, 1),
        ["leaky_relu_0.01"] = (new LeakyRelu(), Plain, 1),
        ["leaky_relu_0.2"] = (new LeakyRelu { Slope = 0.2 }, Plain, 1),
        ["elu_1"] = (new Elu(), Smooth, null),
        ["elu_0.3"] = (new Elu { Alpha = 0.3 }, Smooth, 1),
        ["selu"] = (new Selu(), Smooth, 1.0507009873554805),
        ["gelu"] = (new Gelu(), Smooth, null),
        ["gelu_tanh"] = (new Gelu { TanhApproximation = true }, Smooth, null),
        ["swish"] = (new Swish(), Smooth, null),
        ["mish"] = (new Mish(), Smooth, null),
        ["softplus"] = (new Softplus(), Smooth, null),
        ["softplus_2.5_1"] = (new Softplus { Beta = 2.5, Threshold = 1 }, Smooth, null),
    };

    public static TheoryData<string> Names => [.. Table.Keys];

    [Fact]
    public void Every_activation_is_tested()
    {
        IEnumerable<Type> kinds = typeof(Activation).Assembly.GetTypes().Where(type => type.IsSealed && type.IsSubclassOf(typeof(Activation)));
        Assert.Empty(kinds.Except(Table.Values.Select(row => row.Kind.GetType())));
    }

    [Theory, MemberData(nameof(Names))]
    public void Values_and_derivatives_in_double_are_those_of_PyTorch(string name)
    {
        (double[] y, double[] derivative) = Evaluate<double>(name);
        Close.Everywhere(Table[name].Reference.Doubles($"activation.{name}.y"), y, 1e-15, "value");
        // Of an x of 20, PyTorch's x·(1 - σ) has lost as many units in the last place of 1.
        double tolerance = Table[name].Reference == Smooth ? 5e-15 : 1e-15;
        Close.Everywhere(ExpectedDerivative(name), derivative, tolerance, "derivative");
    }

    [Theory, MemberData(nameof(Names))]
    public void Values_and_derivatives_in_float_are_those_of_PyTorch(string name)
    {
        (double[] y, double[] derivative) = Evaluate<float>(name);
        Close.Everywhere(Table[name].Reference.Doubles($"activation.{name}.y"), y, 2e-7, "value");
        Close.Everywhere(ExpectedDerivative(name), derivative, 2e-7, "derivative");
    }

    [Theory, MemberData(nameof(Names))]
    public void Values_in_float_are_those_that_PyTorch_computes_in_float(string name)
    {
        if (Table[name].Reference != Smooth)
            return;
        (double[] y, double[] derivative) = Evaluate<float>(name);
        double[] ofPyTorch = Smooth.Doubles($"activation.{name}.single.dydx");
        if (Table[name].SlopeAtZero is { } slope)
            ofPyTorch[Array.IndexOf(Smooth.Doubles("activation.x"), 0.0)] = slope;
        Close.Everywhere(Smooth.Doubles($"activation.{name}.single.y"), y, 1e-6, "value");
        Close.Everywhere(ofPyTorch, derivative, 1e-6, "derivative");
    }

    [Theory, MemberData(nameof(Names))]
    public void Far_from_zero_values_and_derivatives_are_the_limits_and_what_is_no_number_stays_none(string name)
    {
        float[] huge = [1e4f, 1e10f, 1e30f, float.MaxValue, float.PositiveInfinity];
        Check(Evaluate(Table[name].Kind, [.. huge.Select(x => -x), .. huge, float.NaN]));
        double[] hugeDoubles = [1e4, 1e10, 1e300, double.MaxValue, double.PositiveInfinity];
        Check(Evaluate(Table[name].Kind, [.. hugeDoubles.Select(x => -x), .. hugeDoubles, double.NaN]));

        void Check((double[] Y, double[] Derivative) result)
        {
            Assert.True(double.IsNaN(result.Y[^1]));
            for (int i = 0; i < result.Y.Length - 1; i++)
            {
                Assert.False(double.IsNaN(result.Y[i]), $"g is NaN at point {i}");
                Assert.InRange(result.Derivative[i], 0, 1.06);
            }

            // Beyond a thousand nothing changes any more.
            Assert.All(result.Derivative[..5], derivative => Assert.Equal(result.Derivative[0], derivative, 1e-7));
            Assert.All(result.Derivative[5..10], derivative => Assert.Equal(result.Derivative[5], derivative, 1e-7));
        }
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-1.0, "-1")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NaN, "NaN")]
    public void Options_that_must_be_above_0_are_refused_by_name(double value, string shown)
    {
        foreach ((Activation kind, string option, string type, string usual) in new (Activation, string, string, string)[]
        {
            (new Elu { Alpha = value }, "Alpha", "an Elu", "1"),
            (new Softplus { Beta = value }, "Beta", "a Softplus", "1"),
            (new Softplus { Threshold = value }, "Threshold", "a Softplus", "20"),
        })
        {
            ArgumentException error = Assert.Throws<ArgumentException>(() => NetworkSpec.Input(3).Then(kind));
            Assert.Equal(option, error.ParamName);
            Assert.Equal($"{option} of {type} must be above 0 and finite but is {shown}; {usual} is the usual value.", error.WithoutParameter());
        }
    }

    [Fact]
    public void Activations_are_printed_with_what_is_not_the_default() => Assert.Equal(
        ["Elu", "Elu(0.5)", "Selu", "Gelu", "Gelu(tanh approximation)", "Swish", "Mish", "Softplus", "Softplus(beta 2, threshold 20)"],
        new Activation[]
        {
            new Elu(), new Elu { Alpha = 0.5 }, new Selu(), new Gelu(), new Gelu { TanhApproximation = true }, new Swish(), new Mish(),
            new Softplus(), new Softplus { Beta = 2 },
        }.Select(kind => kind.ToString()));

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void The_derivative_of_rectifiers_jumps_from_the_slope_to_1_at_0_whatever_the_sign_of_0(double slope)
    {
        NetworkSpec spec = slope == 0 ? NetworkSpec.Input(5).Relu() : NetworkSpec.Input(5).LeakyRelu(slope);
        var network = new Network<float>(spec);
        Workspace<float> workspace = network.CreateWorkspace(1, inputGradient: true);
        var input = new DenseBlock<float>(1, 5);
        new[] { -float.Epsilon, -0f, 0f, float.Epsilon, -1 }.CopyTo(input.Row(0));
        network.Forward(input, workspace, ForwardMode.Train);
        workspace.OutputGradient.Row(0).Fill(1);
        network.Backward(workspace, default);
        Assert.Equal([(float)slope, 1, 1, 1, (float)slope], workspace.InputGradient!.Row(0).ToArray());
    }

    [Fact]
    public void A_slope_outside_of_its_range_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => NetworkSpec.Input(3).LeakyRelu(1.5));
        Assert.Equal("Slope of a LeakyRelu must be in [0, 1) but is 1.5; 0.01 is the usual value.", error.WithoutParameter());
    }

    private static double[] ExpectedDerivative(string name)
    {
        double[] expected = Table[name].Reference.Doubles($"activation.{name}.dydx");
        int zero = Array.IndexOf(Table[name].Reference.Doubles("activation.x"), 0.0);
        if (Table[name].SlopeAtZero is { } slope)
            expected[zero] = slope;
        return expected;
    }

    private static (double[] Y, double[] Derivative) Evaluate<T>(string name)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        Evaluate(Table[name].Kind, Array.ConvertAll(Table[name].Reference.Doubles("activation.x"), x => T.CreateTruncating(x)));

    private static (double[] Y, double[] Derivative) Evaluate<T>(Activation kind, T[] points)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var network = new Network<T>(NetworkSpec.Input(points.Length).Then(kind));
        Workspace<T> workspace = network.CreateWorkspace(1, inputGradient: true);
        DenseBlock<T> y = network.Forward(RandomBatches.Block(1, points.Length, points), workspace, ForwardMode.Train);
        workspace.OutputGradient.Row(0).Fill(T.One);
        network.Backward(workspace, []);
        return (y.ToDoubles(), workspace.InputGradient!.ToDoubles());
    }
}
