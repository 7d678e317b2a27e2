using System.Text;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Persistence;

public sealed class NetworkJsonTests
{
    private const string Loss = """{"kind":"SoftmaxCrossEntropy"}""";

    public static TheoryData<string> Cultures => ["", "tr-TR", "de-DE", "ar-SA", "fa-IR"];

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Every_kind_with_every_property_comes_back_equal(string culture) => Culture.Run(culture, () =>
    {
        Assert.NotEmpty(Specimens.Losses);
        foreach (LayerSpec layer in Specimens.Layers)
            CheckRoundTrip(NetworkSpec.Input(3).Then(layer).Dense(3), Specimens.Losses[0]);
        foreach (LayerSpec layer in Specimens.Ensembles)
            CheckRoundTrip(NetworkSpec.Input(3).Then(layer), Specimens.Losses[0]);
        CheckRoundTrip(NetworkSpec.Input(3).Then(new Dense(4) { Name = "wide" }).Sequential("rest", rest => rest.Tanh().Dense(3)), Specimens.Losses[0]);
        foreach (Loss loss in Specimens.Losses)
            CheckRoundTrip(new NetworkSpec(7, [.. Specimens.Layers, new Dense(3)]), loss);
    });

    [Fact]
    public void There_is_a_specimen_of_every_kind_and_it_differs_from_the_default()
    {
        Assert.Equal(Specimens.KindsOf(typeof(LayerSpec)), Specimens.Every
            .Select(layer => layer.GetType()).Distinct().OrderBy(type => type.Name, StringComparer.Ordinal));
        Assert.Contains(Specimens.Layers, layer => layer is Dense { UseBias: false, Initializer: He });
        Assert.DoesNotContain(new BatchNorm(), Specimens.Layers);
        Assert.DoesNotContain(new LeakyRelu(), Specimens.Layers);
        Assert.Contains(Specimens.Layers, layer => layer is CategoryEmbedding { Ranges: [{ Seen: [1] }] });
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public void The_text_is_the_same_in_every_culture(string culture) => Culture.Run(culture, () => Assert.Equal(
        """{"inputs":784,"layers":[{"kind":"Dense","units":256,"initializer":{"kind":"He"},"useBias":false},"""
        + """{"kind":"BatchNorm","momentum":0.9,"epsilon":1E-05},{"kind":"LeakyRelu","slope":0.01},"""
        + """{"kind":"Dropout","keepProbability":0.8},{"kind":"Dense","units":10,"useBias":true}],"loss":"""
        + """{"kind":"SoftmaxCrossEntropy","labelSmoothing":0}}""",
        Encoding.UTF8.GetString(NetworkJson.Write(
            NetworkSpec.Input(784).Then(new Dense(256) { Initializer = new He(), UseBias = false }).BatchNorm().LeakyRelu().Dropout(0.8f).Dense(10),
            new SoftmaxCrossEntropy()))));

    [Fact]
    public void What_a_file_leaves_out_takes_its_default()
    {
        const string Layers = """[{"kind":"Dense","units":3},{"kind":"BatchNorm"},{"kind":"LeakyRelu"}]""";
        (NetworkSpec spec, Loss loss) = Read($$"""{"inputs":4,"layers":{{Layers}},"loss":{{Loss}}}""");
        Assert.Equal(NetworkSpec.Input(4).Dense(3).BatchNorm().LeakyRelu(), spec);
        Assert.Equal(new SoftmaxCrossEntropy(), loss);
    }

    [Theory]
    [InlineData("", "any JSON tokens")]
    [InlineData("null", "empty")]
    [InlineData("[]", "could not be converted")]
    [InlineData("7", "could not be converted")]
    [InlineData("""{"inputs":4""", "")]
    [InlineData("""{"inputs":4,"layers":[],"loss":LOSS}{}""", "after a single JSON value")]
    [InlineData("""{"layers":[],"loss":LOSS}""", "inputs")]
    [InlineData("""{"inputs":4,"loss":LOSS}""", "layers")]
    [InlineData("""{"inputs":4,"layers":[]}""", "loss")]
    [InlineData("""{"inputs":4,"layers":null,"loss":LOSS}""", "layers")]
    [InlineData("""{"inputs":4,"layers":[],"loss":null}""", "loss")]
    [InlineData("""{"inputs":4,"layers":[],"loss":{"kind":"Relu"}}""", "Relu")]
    [InlineData("""{"inputs":4,"layers":[],"loss":LOSS,"more":1}""", "more")]
    [InlineData("""{"inputs":4,"inputs":5,"layers":[],"loss":LOSS}""", "inputs")]
    [InlineData("""{"inputs":"4","layers":[],"loss":LOSS}""", "inputs")]
    [InlineData("""{"inputs":4.5,"layers":[],"loss":LOSS}""", "inputs")]
    [InlineData("""{"inputs":99999999999,"layers":[],"loss":LOSS}""", "inputs")]
    [InlineData("""{"inputs":0,"layers":[],"loss":LOSS}""", "A network needs at least 1 input but has 0")]
    public void What_describes_no_network_is_refused(string json, string said) => Refused(json, said);

    [Theory]
    [InlineData("null", "Layer 0 is null; remove it.")]
    [InlineData("7", "layers[0]")]
    [InlineData("{}", "must specify a type discriminator")]
    [InlineData("""{"kind":"Convolution9"}""", "Convolution9")]
    [InlineData("""{"kind":"LayerSpec"}""", "LayerSpec")]
    [InlineData("""{"kind":"relu"}""", "relu")]
    [InlineData("""{"kind":7}""", "7")]
    [InlineData("""{"kind":"Relu","slope":0.1}""", "slope")]
    [InlineData("""{"kind":"Dense"}""", "units")]
    [InlineData("""{"kind":"Dense","units":null}""", "units")]
    [InlineData("""{"kind":"Dense","units":true}""", "units")]
    [InlineData("""{"kind":"Dense","units":-1}""", "Units of a Dense layer must be at least 1 but is -1")]
    [InlineData("""{"kind":"Dense","units":3,"initializer":{"kind":"Dense"}}""", "Dense")]
    [InlineData("""{"kind":"Dropout"}""", "keepProbability")]
    [InlineData("""{"kind":"Dropout","keepProbability":1.5}""", "KeepProbability must be from 0.000001 to 1 but is 1.5")]
    [InlineData("""{"kind":"Dropout","keepProbability":1e99}""", "KeepProbability must be from 0.000001 to 1")]
    [InlineData("""{"kind":"Dropout","keepProbability":"NaN"}""", "keepProbability")]
    [InlineData("""{"kind":"BatchNorm","epsilon":0}""", "Epsilon of a BatchNorm must be above 0")]
    [InlineData("""{"kind":"BatchNorm","momentum":1}""", "Momentum of a BatchNorm must be in [0, 1)")]
    public void What_describes_no_layer_is_refused(string layer, string said) =>
        Refused($$"""{"inputs":4,"layers":[{{layer}}],"loss":LOSS}""", said);

    [Fact]
    public void Deep_nesting_is_refused() =>
        Refused($$"""{"inputs":4,"layers":[{"kind":"Dense","units":{{string.Concat(Enumerable.Repeat("[", 100_000))}}""", "layers[0].units");

    [Fact]
    public void No_damage_of_a_description_is_anything_but_invalid_data()
    {
        byte[] json = NetworkJson.Write(new NetworkSpec(7, Specimens.Layers), Specimens.Losses[0]);
        var random = new Random(1);
        int refused = 0;
        for (int sample = 0; sample < 20_000; sample++)
        {
            byte[] damaged = [.. json];
            for (int times = random.Next(1, 4); times > 0; times--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                NetworkJson.Read(damaged);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 15_000, 20_000);
    }

    private static void CheckRoundTrip(NetworkSpec spec, Loss loss)
    {
        (NetworkSpec readSpec, Loss readLoss) = NetworkJson.Read(NetworkJson.Write(spec, loss));
        Assert.Equal(spec, readSpec);
        Assert.Equal(loss, readLoss);
    }

    private static void Refused(string json, string said)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Read(json.Replace("LOSS", Loss, StringComparison.Ordinal)));
        Assert.StartsWith("The description of the network is ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(said, exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static (NetworkSpec Spec, Loss Loss) Read(string json) => NetworkJson.Read(Encoding.UTF8.GetBytes(json));
}
