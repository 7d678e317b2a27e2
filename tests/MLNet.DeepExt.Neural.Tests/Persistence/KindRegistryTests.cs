using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Metrics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Regularizers;
using MLNet.DeepExt.Neural.Schedules;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Persistence;

public sealed class KindRegistryTests
{
    private const string NotRegistered =
        "it is not registered; call KindRegistry.Register with what a JsonSerializerContext has for Unregistered, before saving and before loading.";

    public KindRegistryTests() => CustomKinds.Register();

    [Fact]
    public void A_network_with_registered_kinds_comes_back_from_a_file()
    {
        NetworkSpec spec = NetworkSpec.Input(3).Then(new Dense(4) { Initializer = new Signs(0.25) }).Relu().Dense(2);
        var network = new Network<float>(spec, seed: 1);
        using var file = new MemoryStream();
        NetworkFile.Save(file, network, new LogCosh { Slope = 2 });
        file.Position = 0;
        (Network<float> loaded, Loss loss) = NetworkFile.Load(file);
        Assert.Equal(new LogCosh { Slope = 2 }, loss);
        Assert.Equal(spec, loaded.Spec);
        Assert.Equal(network.Parameters.Values.ToArray(), loaded.Parameters.Values.ToArray());
        Assert.All(loaded.Parameters.Read(loaded.Parameters.Slots[0]), weight => Assert.Equal(0.25f, Math.Abs(weight)));
    }

    [Fact]
    public void A_kind_of_every_family_comes_back_from_its_text()
    {
        RequireBack<Loss>(new LogCosh { Slope = 0.5 }, """{"kind":"LogCosh","slope":0.5,"takesClasses":false}""");
        RequireBack<Metric>(
            new ShareWithin(0.1),
            """{"kind":"ShareWithin","tolerance":0.1,"isWrong":false,"name":"share within 0.1","higherIsBetter":true,"input":3}""");
        RequireBack<GradientTransform>(new Sharpened(0.5), """{"kind":"Sharpened","power":0.5,"isWrong":false}""");
        RequireBack<GradientTransform>(
            new Chain(new Sharpened(0.5), new GradientDescent(0.1)),
            """{"kind":"Chain","links":[{"kind":"Sharpened","power":0.5,"isWrong":false},{"kind":"GradientDescent","learningRate":0.1}]}""");
        RequireBack<Schedule>(new Triangle(4), """{"kind":"Triangle","period":4,"isWrong":false,"needsValidation":false}""");
        RequireBack<Regularizer>(new LogPenalty(0.5), """{"kind":"Logarithmic","lambda":0.5,"slope":1}""");
        RequireBack<Initializer>(new Signs(0.5), """{"kind":"Signs","size":0.5}""");
        RequireBack<Initializer>(new Uniform(new Signs(0.5)), """{"kind":"Uniform","spread":{"kind":"Signs","size":0.5}}""");
        RequireBack<LayerSpec>(new Relu(), """{"kind":"Relu"}""");

        static void RequireBack<T>(T value, string json)
            where T : class
        {
            Assert.Equal(json, KindRegistry.ToJson(value));
            Assert.Equal(value, KindRegistry.FromJson<T>(json));
        }
    }

    [Fact]
    public void Saving_a_kind_that_is_not_registered_names_it_before_anything_is_written()
    {
        var network = new Network<float>(NetworkSpec.Input(3).Dense(2), seed: 1);
        using var file = new MemoryStream();
        Assert.Equal(
            "Unregistered, of the family Loss, cannot be saved: " + NotRegistered,
            Assert.Throws<InvalidOperationException>(() => NetworkFile.Save(file, network, new Unregistered())).Message);
        Assert.Equal(0, file.Length);

        var within = new Network<float>(NetworkSpec.Input(3).Then(new Dense(2) { Initializer = new Uniform(new OtherSigns(1)) }), seed: 1);
        Assert.StartsWith(
            "OtherSigns, of the family Initializer, cannot be saved: it is not registered;",
            Assert.Throws<InvalidOperationException>(() => NetworkFile.Save(file, within, new SquaredError())).Message, StringComparison.Ordinal);
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void Loading_a_kind_that_is_not_registered_names_it()
    {
        const string Json = """{"inputs":3,"layers":[{"kind":"Dense","units":2}],"loss":{"kind":"Unregistered","slope":1}}""";
        Assert.Equal(
            "The description of the network is not valid: it names the kind 'Unregistered', which this version does not have: " + NotRegistered,
            Assert.Throws<InvalidDataException>(() => NetworkJson.Read(System.Text.Encoding.UTF8.GetBytes(Json))).Message);
        Assert.StartsWith(
            "The description of a Metric is not valid: it names the kind 'Some', which this version does not have: it is not registered;",
            Assert.Throws<InvalidDataException>(() => KindRegistry.FromJson<Metric>("""{"kind":"Some"}""")).Message, StringComparison.Ordinal);
        string longest = new('x', 5000);
        Assert.InRange(
            Assert.Throws<InvalidDataException>(() => KindRegistry.FromJson<Metric>($$"""{"kind":"{{longest}}"}""")).Message.Length, 1, 600);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"kind":3}""")]
    [InlineData("""{"kind":"Huber","kind":"Some"}""")]
    [InlineData("""{"kind":"LogCosh","slope":"much"}""")]
    [InlineData("""{"kind":"LogCosh","more":1}""")]
    [InlineData("""{"kind":"\ud800"}""")]
    public void A_text_that_is_no_kind_is_refused_as_data(string json) =>
        Assert.Throws<InvalidDataException>(() => KindRegistry.FromJson<Loss>(json));

    [Fact]
    public void A_name_is_taken_once_and_a_kind_has_one()
    {
        CustomKinds.Register();
        string taken = Assert.Throws<ArgumentException>("name", () => KindRegistry.Register(CustomKinds.Default.OtherSigns, "Signs")).Message;
        Assert.Equal(
            $"The name 'Signs' in the family Initializer is taken by {typeof(Signs).FullName}; "
            + $"register {typeof(OtherSigns).FullName} by another name. (Parameter 'name')",
            taken);
        Assert.StartsWith(
            "The name 'He' in the family Initializer is taken by ",
            Assert.Throws<ArgumentException>("name", () => KindRegistry.Register(CustomKinds.Default.OtherSigns, "He")).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            "LogPenalty is registered as 'Logarithmic', but is now to be called 'LogPenalty'; register it once. (Parameter 'name')",
            Assert.Throws<ArgumentException>("name", () => KindRegistry.Register(CustomKinds.Default.LogPenalty)).Message);
        Assert.Equal(
            "The name of a kind must not be empty; leave it out for the name of the type. (Parameter 'name')",
            Assert.Throws<ArgumentException>("name", () => KindRegistry.Register(CustomKinds.Default.OtherSigns, " ")).Message);
        Assert.StartsWith(
            "String is of no family that files name kinds of; derive it from one of LayerSpec, Initializer, Loss, ",
            Assert.Throws<ArgumentException>("type", () => KindRegistry.Register(
                (JsonTypeInfo<string>)new DefaultJsonTypeInfoResolver().GetTypeInfo(typeof(string), new JsonSerializerOptions()))).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "LogCosh is no family of kinds; give one of ",
            Assert.Throws<ArgumentException>(() => KindRegistry.ToJson(new LogCosh())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_threads_may_register_and_read()
    {
        Parallel.For(0, 40, _ =>
        {
            CustomKinds.Register();
            Assert.Equal(new Signs(0.5), KindRegistry.FromJson<Initializer>(KindRegistry.ToJson<Initializer>(new Signs(0.5))));
        });
    }

    [Fact]
    public void A_description_has_custom_kinds_by_their_text_registered_or_not()
    {
        Assert.Equal(
            """{"inputs":3,"layers":[{"kind":"Dense","units":2,"initializer":"Signs","useBias":true}],"""
            + "\"loss\":\"Unregistered { Slope = 1, TakesClasses = False }\"}",
            NetworkJson.Describe(NetworkSpec.Input(3).Then(new Dense(2) { Initializer = new Signs(0.5) }), new Unregistered()));
        Assert.Equal("\"LogPenalty { Lambda = 0.5, Slope = 1 }\"", KindDescriptions.Of<Regularizer>(new LogPenalty(0.5)));
    }
}
