using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Persistence;

/// <summary>The weights of a PyTorch model in a network.</summary>
[Trait("Spec", "A14")]
public sealed class SafetensorsImportTests
{
    private static readonly ReferenceValues Reference = ReferenceValues.Load("transfer");

    private static readonly NetworkSpec Spec = NetworkSpec.Input(5).Dense(7).BatchNorm().Relu().Dense(3);

    [Fact]
    public void A_network_trained_by_PyTorch_gives_the_same_outputs()
    {
        Network<float> network = new(Spec);
        Trained().ImportInto(network);
        int rows = Reference.Shape("network.x")[0];
        float[] x = Reference.Singles("network.x");
        DenseBlock<float> logits = network.Forward(
            TrainedNetworks.Block<float>(x, 5), network.CreateWorkspace(rows), ForwardMode.Inference);
        Close.Everywhere(Reference.Doubles("network.logits"), logits.ToDoubles(), 1e-5, "logits");

        var predictor = new Predictor(network, new SoftmaxCrossEntropy());
        var probabilities = new float[rows * 3];
        predictor.Predict(x, rows, probabilities, predictor.CreateBuffer(rows));
        Close.Everywhere(
            Reference.Doubles("network.probabilities"), Array.ConvertAll(probabilities, p => (double)p), 1e-5, "probabilities");
    }

    [Fact]
    public void Weights_are_transposed_and_a_bias_before_a_batch_norm_goes_into_its_mean()
    {
        Network<float> network = new(NetworkSpec.Input(3).Dense(2).BatchNorm());
        Read(
            ("0.weight", [2, 3], [1, 2, 3, 4, 5, 6]), ("0.bias", [2], [10, 20]),
            ("1.weight", [2], [0.5f, 2]), ("1.bias", [2], [7, 8]), ("1.running_mean", [2], [1, 2]), ("1.running_var", [2], [3, 4]))
            .ImportInto(network);
        Assert.Equal([1, 4, 2, 5, 3, 6], ValuesOf(network, "0.dense.weight"));
        Assert.Equal([0.5f, 2], ValuesOf(network, "1.batchnorm.scale"));
        Assert.Equal([7, 8], ValuesOf(network, "1.batchnorm.shift"));
        Assert.Equal([-9, -18], ValuesOf(network, "1.batchnorm.mean"));
        Assert.Equal([3, 4], ValuesOf(network, "1.batchnorm.variance"));
    }

    [Fact]
    public void A_linear_without_a_bias_before_a_batch_norm_leaves_its_mean()
    {
        Network<float> network = new(NetworkSpec.Input(1).Dense(1).BatchNorm());
        Read([("0.weight", [1, 1], [3]), .. Norm("1", 5)]).ImportInto(network);
        Assert.Equal([5f], ValuesOf(network, "1.batchnorm.mean"));
    }

    [Fact]
    public void A_batch_norm_that_does_not_follow_directly_takes_no_bias()
    {
        Network<float> network = new(NetworkSpec.Input(1).Dense(1).Relu().BatchNorm());
        Read([("0.weight", [1, 1], [3]), ("0.bias", [1], [4]), .. Norm("2", 5)]).ImportInto(network);
        Assert.Equal([4f], ValuesOf(network, "0.dense.bias"));
        Assert.Equal([5f], ValuesOf(network, "2.batchnorm.mean"));
    }

    [Theory]
    [InlineData("0.", "1.", "2.")]
    [InlineData("2.", "9.", "10.")]
    [InlineData("model.0.", "model.1.", "model.10.")]
    [InlineData("0.0.", "0.3.", "1.0.")]
    [InlineData("net.layers.2.", "net.layers.2.1.", "net.layers.11.0.")]
    public void Modules_go_by_their_numbers_wherever_they_stand(string first, string second, string third)
    {
        Network<float> network = new(NetworkSpec.Input(1).Then(Unbiased).Relu().Then(Unbiased).Tanh().Then(Unbiased));
        Read(($"{third}weight", [1, 1], [3]), ($"{first}weight", [1, 1], [1]), ($"{second}weight", [1, 1], [2])).ImportInto(network);
        Assert.Equal([1f, 2, 3], network.Parameters.Slots.Select(slot => network.Parameters.Read(slot)[0]));
    }

    [Theory]
    [InlineData("weight")]
    [InlineData("fc.weight")]
    [InlineData("7.weight")]
    public void The_only_module_may_have_any_name(string name)
    {
        Network<float> network = new(NetworkSpec.Input(1).Then(Unbiased));
        Read((name, [1, 1], [3])).ImportInto(network);
        Assert.Equal([3f], ValuesOf(network, "0.dense.weight"));
    }

    [Fact]
    public void Modules_with_names_are_told_by_layer()
    {
        Network<float> network = new(NetworkSpec.Input(1).Then(Unbiased).Relu().Then(Unbiased));
        SafetensorsFile file = Read(("body.out.weight", [1, 1], [2]), ("input.weight", [1, 1], [1]));
        Assert.Equal(
            "The file has tensors of a module body.out, which has a name and no number to go by; "
            + "tell the module of each layer that learns.",
            Refusal(network, file));
        file.ImportInto(network, new Dictionary<string, string> { ["0.dense"] = "input", ["2.dense"] = "body.out" });
        Assert.Equal([1f, 2], network.Parameters.Slots.Select(slot => network.Parameters.Read(slot)[0]));
    }

    [Fact]
    public void A_layer_without_a_module_and_a_module_without_a_layer_are_refused()
    {
        Network<float> network = new(NetworkSpec.Input(1).Then(Unbiased).Relu().Then(Unbiased));
        SafetensorsFile file = Read(("a.weight", [1, 1], [2]), ("b.weight", [1, 1], [1]));
        Assert.Equal(
            "Layer 2.dense, Dense(1, no bias), learns but no module is named for it; name that of every layer that learns. (Parameter 'modules')",
            Assert.Throws<ArgumentException>("modules", () => file.ImportInto(network, new Dictionary<string, string> { ["0.dense"] = "a" })).Message);
        Assert.Equal(
            "A module is named for layer 1.relu but the layers that learn are 0.dense, 2.dense; name modules for these. (Parameter 'modules')",
            Assert.Throws<ArgumentException>(
                "modules", () => file.ImportInto(network, new Dictionary<string, string> { ["0.dense"] = "a", ["1.relu"] = "b" })).Message);
    }

    [Fact]
    public void What_does_not_fit_is_refused_by_name_and_nothing_is_written()
    {
        (string Name, int[] Shape, float[] Values)[] whole =
            [("0.weight", [2, 3], new float[6]), .. Norm("1", 0, 0), ("3.weight", [1, 2], new float[2]), ("3.bias", [1], [0])];
        NetworkSpec spec = NetworkSpec.Input(3).Dense(2).BatchNorm().Relu().Dense(1);
        Read(whole).ImportInto(new Network<float>(spec));

        Check(
            "Layer 0.dense, Dense(2), over 3 inputs needs 0.weight of shape (2, 3) but the file's has (3, 2); "
            + "describe the network as the model was.",
            [("0.weight", [3, 2], new float[6]), .. whole[1..]]);
        Check(
            "Layer 1.batchnorm, BatchNorm, needs the tensor 1.running_var but the file has "
            + "0.weight, 1.bias, 1.running_mean, 1.weight, 3.bias, 3.weight; describe the network as the model was.",
            [.. whole.Where(tensor => tensor.Name != "1.running_var")]);
        Check(
            "Layer 3.dense, Dense(1), needs the tensor 3.bias but the file has "
            + "0.weight, 1.bias, 1.running_mean, 1.running_var, 1.weight, 3.weight; "
            + "if the model has no bias there, give the Dense UseBias = false.",
            whole[..^1]);
        Check(
            "No layer of the network takes 1.extra, 3.more; describe the network as the model was, or save the model without.",
            [.. whole, ("3.more", [1], [0]), ("1.extra", [1], [0])]);
        Check(
            "The file has tensors of 4 modules (0, 1, 3, 5) but the network has 3 layers that learn (0.dense, 1.batchnorm, 3.dense); "
            + "describe the network as the model was.",
            [.. whole, ("5.weight", [1, 1], [0])]);
        Check(
            "The tensor 3.bias has NaN at 0; save a model whose numbers are finite floats.",
            [.. whole[..^1], ("3.bias", [1], [float.NaN])]);
        Check(
            "The tensor 1.running_var has -0.5 at 1; a variance is at least 0.",
            [.. whole.Select(tensor => tensor.Name == "1.running_var" ? tensor with { Values = [1, -0.5f] } : tensor)]);
        Check(
            "The file has tensors of 0 modules (none) but the network has 3 layers that learn (0.dense, 1.batchnorm, 3.dense); "
            + "describe the network as the model was.",
            []);
        Check(
            "The file has tensors of 12 modules (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...) but the network has 3 layers that learn (0.dense, 1.batchnorm, 3.dense); "
            + "describe the network as the model was.",
            [.. Enumerable.Range(0, 12).Select(i => ($"{i}.weight", new[] { 1 }, new float[1]))]);

        void Check(string message, (string Name, int[] Shape, float[] Values)[] tensors)
        {
            Network<float> network = TrainedNetworks.Of(spec, 1);
            float[] values = network.Parameters.Values.ToArray(), buffers = network.Parameters.BufferValues.ToArray();
            Assert.Equal(message, Refusal(network, Read(tensors)));
            Assert.Equal(values, network.Parameters.Values.ToArray());
            Assert.Equal(buffers, network.Parameters.BufferValues.ToArray());
        }
    }

    [Fact]
    public void A_bias_that_no_batch_norm_absorbs_is_left_over() => Assert.Equal(
        "No layer of the network takes 0.bias; describe the network as the model was, or save the model without.",
        Refusal(new Network<float>(NetworkSpec.Input(1).Then(Unbiased)), Read(("0.weight", [1, 1], [1]), ("0.bias", [1], [2]))));

    [Fact]
    public void Imported_features_take_a_new_head()
    {
        Network<float> network = new(Spec);
        Trained().ImportInto(network);
        Network<float> start = network.WithNewOutputs(9, seed: 1);
        Assert.Equal(ValuesOf(network, "0.dense.weight"), ValuesOf(start, "0.dense.weight"));
        Assert.Equal(ValuesOf(network, "1.batchnorm.mean"), ValuesOf(start, "1.batchnorm.mean"));
        Assert.Equal(9, start.Spec.Outputs);
    }

    private static Dense Unbiased => new(1) { UseBias = false };

    private static SafetensorsFile Trained() => SafetensorsFile.Read(new MemoryStream(SafetensorsBytes.Embedded("transfer.safetensors")));

    private static SafetensorsFile Read(params (string Name, int[] Shape, float[] Values)[] tensors) =>
        SafetensorsFile.Read(new MemoryStream(SafetensorsBytes.Of(tensors)));

    private static (string Name, int[] Shape, float[] Values)[] Norm(string module, params float[] mean)
    {
        int[] shape = [mean.Length];
        var ones = new float[mean.Length];
        ones.AsSpan().Fill(1);
        return
        [
            ($"{module}.weight", shape, ones), ($"{module}.bias", shape, ones),
            ($"{module}.running_mean", shape, mean), ($"{module}.running_var", shape, ones),
        ];
    }

    private static float[] ValuesOf(Network<float> network, string slot) =>
        network.Parameters.Read(network.Parameters.Slots.Concat(network.Parameters.Buffers).Single(known => known.Name == slot));

    private static string Refusal(Network<float> network, SafetensorsFile file) =>
        Assert.Throws<InvalidDataException>(() => file.ImportInto(network)).Message;
}
