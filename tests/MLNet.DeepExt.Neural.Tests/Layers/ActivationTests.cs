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
    private static readonly ReferenceValues Reference = ReferenceValues.Load();

    public static TheoryData<string> Names => ["linear", "sigmoid", "tanh", "relu", "leaky_relu_0.01", "leaky_relu_0.2"];

    [Fact]
    public void Every_activation_is_tested()
    {
        IEnumerable<Type> kinds = typeof(Activation).Assembly.GetTypes().Where(type => type.IsSealed && type.IsSubclassOf(typeof(Activation)));
        Assert.Empty(kinds.Except(Names.Select(name => Create(name.Data).GetType())));
    }

    [Theory, MemberData(nameof(Names))]
    public void Values_and_derivatives_in_double_are_those_of_PyTorch(string name)
    {
        (double[] y, double[] derivative) = Evaluate<double>(name);
        Close.Everywhere(Reference.Doubles($"activation.{name}.y"), y, 1e-15, "value");
        Close.Everywhere(ExpectedDerivative(name), derivative, 1e-15, "derivative");
    }

    [Theory, MemberData(nameof(Names))]
    public void Values_and_derivatives_in_float_are_those_of_PyTorch(string name)
    {
        (double[] y, double[] derivative) = Evaluate<float>(name);
        Close.Everywhere(Reference.Doubles($"activation.{name}.y"), y, 2e-7, "value");
        Close.Everywhere(ExpectedDerivative(name), derivative, 2e-7, "derivative");
    }

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

    // At exactly 0 PyTorch takes the derivative from the left; the course, and so this library, takes it from the right.
    private static double[] ExpectedDerivative(string name)
    {
        double[] expected = Reference.Doubles($"activation.{name}.dydx");
        int zero = Array.IndexOf(Reference.Doubles("activation.x"), 0.0);
        if (name.Contains("relu", StringComparison.Ordinal))
            expected[zero] = 1;
        return expected;
    }

    private static (double[] Y, double[] Derivative) Evaluate<T>(string name)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        T[] points = Array.ConvertAll(Reference.Doubles("activation.x"), x => T.CreateTruncating(x));
        var network = new Network<T>(NetworkSpec.Input(points.Length).Then(Create(name)));
        Workspace<T> workspace = network.CreateWorkspace(1, inputGradient: true);
        DenseBlock<T> y = network.Forward(RandomBatches.Block(1, points.Length, points), workspace, ForwardMode.Train);
        workspace.OutputGradient.Row(0).Fill(T.One);
        network.Backward(workspace, []);
        return (y.ToDoubles(), workspace.InputGradient!.ToDoubles());
    }

    private static Activation Create(string name) => name switch
    {
        "linear" => new Linear(),
        "sigmoid" => new Sigmoid(),
        "tanh" => new Tanh(),
        "relu" => new Relu(),
        "leaky_relu_0.01" => new LeakyRelu(),
        "leaky_relu_0.2" => new LeakyRelu { Slope = 0.2 },
        _ => throw new ArgumentException(name),
    };
}
