using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>
/// Makes networks as someone would who wants to do harm and can compute checksums: dimensions, repeated layers, losses of other tasks and of
/// none, numbers that no training gives, mostly with as many numbers as the description asks for.
/// </summary>
internal static class NetworkCrafter
{
    private const int MostNumbers = 1 << 16, MostRepeats = 12_000;

    private static readonly int[] Sizes = [0, 1, 2, 15, 16, 17, 255, 1024, 4096, 65_535, 65_536, 65_537, 1 << 20, 1 << 24, 1 << 28, int.MaxValue, -1];

    private static readonly float[] Strange =
        [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -0f, -1, 1e30f];

    private static readonly string[] AnyLayer =
    [
        """{"kind":"Relu"}""", """{"kind":"Tanh"}""", """{"kind":"Linear"}""", """{"kind":"Dropout","keepProbability":0.5}""",
        """{"kind":"BatchNorm"}""", """{"kind":"Dense","units":1}""", """{"kind":"LeakyRelu","slope":0.5}""", """{"kind":"Sigmoid"}""",
        """{"kind":"LayerNorm","epsilon":1e-30}""", """{"kind":"Gelu","tanhApproximation":true}""", """{"kind":"Softplus","beta":1e30}""",
        """{"kind":"CategoryEmbedding","ranges":[{"first":0,"count":1,"dimension":1}]}""", """{"kind":"Attention"}""",
    ];

    private static readonly string[] AnyLoss =
    [
        """{"kind":"SquaredError"}""", """{"kind":"AbsoluteError"}""", """{"kind":"Huber","delta":1e300}""", """{"kind":"SoftmaxCrossEntropy"}""",
        """{"kind":"BinaryCrossEntropy"}""", """{"kind":"Focal","focus":-1}""", """{"kind":"Focal"}""", """{"kind":"Hinge"}""", """{}""",
        """{"kind":"Quantile","quantiles":[0.1,0.5,0.9]}""", """{"kind":"Quantile","quantiles":[0.9,0.5,0.1]}""",
        """{"kind":"Quantile","quantiles":[]}""", """{"kind":"Quantile","quantiles":[0.5]}""", """{"kind":"Quantile","quantiles":[0,1]}""",
        """{"kind":"SquaredError","scaling":{"means":[1e308],"scales":[1e308]}}""", """{"kind":"SquaredError","scaling":{"means":[],"scales":[]}}""",
        """{"kind":"SquaredError","scaling":{"means":[1,1,1],"scales":[0,0,0]}}""",
        """{"kind":"SquaredError","scaling":{"means":[1],"scales":[1]}}""",
    ];

    private delegate void Change(NetworkParts network, Random random);

    private static readonly Change[] Changes = [ChangeSize, Repeat, Insert, ChangeLoss, ChangeRange];

    /// <summary>Another payload, whose checksum is to be made right.</summary>
    public static byte[] Craft(byte[] payload, Random random)
    {
        var network = new NetworkParts(payload);
        for (int changes = random.Next(0, 3); changes > 0; changes--)
            Changes[random.Next(Changes.Length)](network, random);
        if (random.Next(8) != 0 && network.CountNumbers(MostNumbers) is { } count)
            network.Numbers = WithLength(network.Numbers, count, random);
        for (int changes = random.Next(4) - 1; changes > 0 && network.Numbers.Length >= sizeof(float); changes--)
        {
            int at = sizeof(float) * random.Next(network.Numbers.Length / sizeof(float));
            BinaryPrimitives.WriteSingleLittleEndian(network.Numbers.AsSpan(at), Strange[random.Next(Strange.Length)]);
        }

        // Last, for what else changes a description reads it.
        if (random.Next(4) == 0)
            JsonMutator.Change(network.Description, random);
        byte[] crafted = network.ToPayload();
        return random.Next(30) == 0 ? [.. crafted, .. new byte[random.Next(1, 100)]] : crafted;
    }

    private static byte[] WithLength(byte[] numbers, int count, Random random)
    {
        if (numbers.Length == sizeof(float) * count)
            return [.. numbers];
        var other = new byte[sizeof(float) * count];
        bool isZero = random.Next(3) == 0;
        for (int i = 0; i < count && !isZero; i++)
            BinaryPrimitives.WriteSingleLittleEndian(other.AsSpan(sizeof(float) * i), random.NextSingle());
        return other;
    }

    private static void ChangeSize(NetworkParts network, Random random)
    {
        JsonObject[] sized = [network.Description, .. network.Layers.OfType<JsonObject>().Where(layer => layer.ContainsKey("units"))];
        JsonObject target = sized[random.Next(sized.Length)];
        target[target == network.Description ? "inputs" : "units"] = Sizes[random.Next(Sizes.Length)];
    }

    private static void Repeat(NetworkParts network, Random random)
    {
        JsonArray layers = network.Layers;
        string layer = layers.Count > 0 && random.Next(2) == 0 ? layers[random.Next(layers.Count)]!.ToJsonString()
            : AnyLayer[random.Next(AnyLayer.Length)];
        // Mostly a few: a long description takes long to read.
        int times = random.Next(20) == 0 ? random.Next(MostRepeats) : random.Next(30), at = random.Next(layers.Count + 1);
        JsonNode?[] after = [.. layers.Skip(at)];
        while (layers.Count > at)
            layers.RemoveAt(at);
        for (; times > 0; times--)
            layers.Add(JsonNode.Parse(layer));
        foreach (JsonNode? one in after)
            layers.Add(one);
    }

    private static void Insert(NetworkParts network, Random random) =>
        network.Layers.Insert(random.Next(network.Layers.Count + 1), JsonNode.Parse(AnyLayer[random.Next(AnyLayer.Length)]));

    private static void ChangeLoss(NetworkParts network, Random random) =>
        network.Description["loss"] = JsonNode.Parse(AnyLoss[random.Next(AnyLoss.Length)]);

    private static void ChangeRange(NetworkParts network, Random random)
    {
        JsonObject[] ranges = [.. network.Layers.OfType<JsonObject>()
            .SelectMany(layer => layer["ranges"] as JsonArray ?? []).OfType<JsonObject>()];
        if (ranges.Length == 0)
            return;
        JsonObject range = ranges[random.Next(ranges.Length)];
        string[] names = ["first", "count", "dimension"];
        int size = Sizes[random.Next(Sizes.Length)];
        switch (random.Next(3))
        {
            case 0:
                range[names[random.Next(names.Length)]] = size;
                break;
            case 1: // a category of which nothing is seen, and the inputs that it needs
                range["count"] = size;
                range["seen"] = new JsonArray();
                network.Description["inputs"] = (int)Math.Min(
                    int.MaxValue, (long)(network.Description["inputs"] as JsonValue)!.GetValue<int>() + size);
                break;
            default:
                range["seen"] = new JsonArray(random.Next(5), random.Next(9));
                break;
        }
    }
}
