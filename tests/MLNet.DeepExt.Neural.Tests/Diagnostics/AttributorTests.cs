using MLNet.DeepExt.Neural.Diagnostics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Neural.Tests.Diagnostics;

public sealed class AttributorTests
{
    private static readonly ReferenceValues Reference = ReferenceValues.Load("explaining");

    public static TheoryData<string, Attribution> Methods => new()
    {
        { "gradient_times_input", new GradientTimesInput() },
        { "integrated_gradients", new IntegratedGradients() },
    };

    [Theory, MemberData(nameof(Methods))]
    public void Contributions_are_those_of_PyTorch(string name, Attribution method)
    {
        var attributor = new Attributor(ReferenceNetwork(), new SoftmaxCrossEntropy(), method);
        float[] rows = Reference.Singles("attribution/rows");
        double[] expected = Reference.Doubles($"attribution/{name}");
        var actual = new float[6];
        for (int row = 0; row < 2; row++)
        {
            for (int output = 0; output < 3; output++)
            {
                Assert.Equal(output, attributor.Attribute(rows.AsSpan(row * 6, 6), output, actual));
                for (int i = 0; i < 6; i++)
                    Assert.Equal(expected[(row * 3 + output) * 6 + i], actual[i], 1e-5);
            }
        }
    }

    [Theory, MemberData(nameof(Methods))]
    public void Of_a_linear_network_contributions_are_weights_times_inputs(string name, Attribution method)
    {
        Assert.NotEmpty(name);
        var network = new Network<float>(NetworkSpec.Input(4).Dense(2), seed: 1);
        float[] weights = network.Parameters.Read(network.Parameters.Slots[0]);
        float[] row = [1, -2, 3, 0.5f];
        var actual = new float[4];
        new Attributor(network, new SoftmaxCrossEntropy(), method).Attribute(row, 1, actual);
        for (int i = 0; i < 4; i++)
            Assert.Equal(row[i] * weights[i * 2 + 1], actual[i], 1e-5);
    }

    [Fact]
    public void Integrated_gradients_add_up_to_what_the_output_has_more_than_that_of_zeros()
    {
        Network<float> network = ReferenceNetwork();
        float[] row = Reference.Singles("attribution/rows")[..6];
        double difference = OutputOf(network, row, 2) - OutputOf(network, new float[6], 2);
        var contributions = new float[6];
        new Attributor(network, new SoftmaxCrossEntropy(), new IntegratedGradients(300)).Attribute(row, 2, contributions);
        Assert.Equal(difference, contributions.Sum(value => (double)value), 1e-4);
    }

    [Fact]
    public void The_largest_output_is_explained_where_nobody_says_which()
    {
        Network<float> network = ReferenceNetwork();
        float[] row = Reference.Singles("attribution/rows")[6..];
        int largest = Enumerable.Range(0, 3).MaxBy(output => OutputOf(network, row, output));
        Assert.Equal(largest, new Attributor(network, new SoftmaxCrossEntropy(), new GradientTimesInput()).Attribute(row, null, new float[6]));
    }

    [Fact]
    public void Numbers_are_explained_in_the_units_of_the_target()
    {
        Network<float> network = ReferenceNetwork();
        float[] row = Reference.Singles("attribution/rows")[..6], plain = new float[6], scaled = new float[6];
        new Attributor(network, new SquaredError(), new GradientTimesInput()).Attribute(row, 1, plain);
        var loss = new SquaredError { Scaling = new TargetScaling([5, 5, 5], [1, 20, 1]) };
        new Attributor(network, loss, new GradientTimesInput()).Attribute(row, 1, scaled);
        for (int i = 0; i < 6; i++)
            Assert.Equal(20 * plain[i], scaled[i], 1e-5);
    }

    [Fact]
    public void Of_quantiles_the_median_is_explained_and_of_targets_the_largest_in_its_units()
    {
        Network<float> network = ReferenceNetwork();
        float[] row = Reference.Singles("attribution/rows")[..6];
        int[] ascending = [.. Enumerable.Range(0, 3).OrderBy(output => OutputOf(network, row, output))];
        Assert.Equal(ascending[1], Explained(new Quantile()));
        Assert.Equal(ascending[0], Explained(new Quantile { Quantiles = [0.5, 0.9, 0.95] }));
        double[] means = new double[3];
        means[ascending[0]] = 1000;
        Assert.Equal(ascending[0], Explained(new SquaredError { Scaling = new TargetScaling(means, [1, 1, 1]) }));
        Assert.Equal(ascending[2], Explained(new SquaredError()));

        int Explained(Loss loss) => new Attributor(network, loss, new GradientTimesInput()).Attribute(row, null, new float[6]);
    }

    [Fact]
    public void A_median_between_two_quantiles_has_its_share_of_the_contributions_of_both()
    {
        Network<float> network = ReferenceNetwork();
        float[] row = Reference.Singles("attribution/rows")[..6];
        int[] ascending = [.. Enumerable.Range(0, 3).OrderBy(output => OutputOf(network, row, output))];
        var scaling = new TargetScaling([7], [3]);
        (float[] lower, float[] upper) = (Contributions(new Quantile { Scaling = scaling }, ascending[0], out _),
            Contributions(new Quantile { Scaling = scaling }, ascending[1], out _));
        float[] median = Contributions(new Quantile { Quantiles = [0.4, 0.8, 0.9], Scaling = scaling }, null, out int nearer);
        Assert.Equal(ascending[0], nearer);
        for (int i = 0; i < 6; i++)
            Assert.Equal(0.75 * lower[i] + 0.25 * upper[i], median[i], 1e-5);

        float[] Contributions(Loss loss, int? output, out int explained)
        {
            var contributions = new float[6];
            explained = new Attributor(network, loss, new GradientTimesInput()).Attribute(row, output, contributions);
            return contributions;
        }
    }

    [Fact]
    public void Nothing_is_allocated_once_it_is_made()
    {
        var attributor = new Attributor(ReferenceNetwork(), new SoftmaxCrossEntropy(), new IntegratedGradients(100));
        float[] row = Reference.Singles("attribution/rows")[..6], contributions = new float[6];
        for (int i = 0; i < 100; i++)
            attributor.Attribute(row, null, contributions);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            attributor.Attribute(row, null, contributions);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Methods_are_told_as_text_and_equal_by_value()
    {
        foreach (Attribution method in new Attribution[] { new GradientTimesInput(), new IntegratedGradients(7) })
            Assert.Equal(method, Attribution.FromJson(method.ToJson()));
        Assert.NotEqual<Attribution>(new IntegratedGradients(7), new IntegratedGradients(8));
        Assert.Throws<InvalidDataException>(() => Attribution.FromJson("""{"kind":"Guess"}"""));
        Assert.Throws<InvalidDataException>(() => Attribution.FromJson("""{"kind":"IntegratedGradients","steps":0}"""));
    }

    [Fact]
    public void Impossible_steps_rows_and_outputs_are_refused()
    {
        Network<float> network = ReferenceNetwork();
        Assert.Equal(
            "Steps of IntegratedGradients must be from 1 to 100000 but is 0; 50 is usual.",
            Assert.Throws<ArgumentException>(() => new Attributor(network, new SquaredError(), new IntegratedGradients(0))).WithoutParameter());
        var attributor = new Attributor(network, new SoftmaxCrossEntropy(), new GradientTimesInput());
        Assert.Equal(
            "Output 3 is to be explained but the network has 3; count them from 0. (Parameter 'output')",
            Assert.Throws<ArgumentOutOfRangeException>(() => attributor.Attribute(new float[6], 3, new float[6])).Message);
        Assert.Equal(
            "row has 5 numbers but the network has 6 inputs; they must be equal. (Parameter 'row')",
            Assert.Throws<ArgumentException>(() => attributor.Attribute(new float[5], 0, new float[6])).Message);
    }

    private static Network<float> ReferenceNetwork()
    {
        var network = new Network<float>(NetworkSpec.Input(6).Dense(5).Tanh().Dense(3), seed: 1);
        string[] names = ["weight1", "bias1", "weight2", "bias2"];
        for (int i = 0; i < names.Length; i++)
            network.Parameters.Write(network.Parameters.Slots[i], Reference.Singles($"attribution/{names[i]}"));
        return network;
    }

    private static double OutputOf(Network<float> network, float[] row, int output)
    {
        var block = new DenseBlock<float>(1, row.Length);
        row.CopyTo(block.Row(0));
        return network.Forward(block, network.CreateWorkspace(1), ForwardMode.Inference).Row(0)[output];
    }
}
