using System.Text;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>Makes entries of model files whose checksums are right and whose parts are made to harm, or belong to other models.</summary>
/// <param name="payloads">What is behind the checksums of all entries of all whole files.</param>
internal sealed class EntryCrafter(IReadOnlyList<byte[]> payloads)
{
    private static readonly string[] Loaders =
    [
        "DeepExtNetMulticlass", "DeepExtNetBinary", "DeepExtNetRegression", "DeepExtNetMultiLabel", "DeepExtNetMultiTarget",
        "DeepExtBinaryPredictor", "DeepExtContributions",
    ];

    private readonly byte[][] _networks = [.. payloads.Where(payload => NetworkAt(payload) >= 0).Select(payload => payload[NetworkAt(payload)..])];

    /// <summary>Another payload, whose checksum is to be made right.</summary>
    public byte[] Craft(byte[] payload, Random random)
    {
        int network = NetworkAt(payload);
        return random.Next(8) switch
        {
            0 => [.. payload, .. new byte[random.Next(1, 10)]],
            1 => payloads[random.Next(payloads.Count)] is var other && network >= 0
                ? Renamed(other, LoaderOf(payload))
                : Mutator.Mutate(payload, random),
            2 when network >= 0 => [.. payload[..network], .. _networks[random.Next(_networks.Length)]],
            3 or 4 when LoaderOf(payload).StartsWith("DeepExtNet", StringComparison.Ordinal) => WithSchema(payload, random),
            5 when network >= 0 => Renamed(payload, Loaders[random.Next(Loaders.Length)]),
            _ when network >= 0 => [.. payload[..network], .. Block.Seal(NetworkCrafter.Craft(Block.PayloadOf(NetworkOf(payload, network)), random))],
            _ => Mutator.Mutate(payload, random),
        };
    }

    // Where its block begins; below 0 where there is none.
    private static int NetworkAt(byte[] payload) => payload.AsSpan().IndexOf("DXNETWRK"u8) - sizeof(long) - 32;

    private static byte[] NetworkOf(byte[] payload, int at) => payload[at..(at + 40 + (int)BitConverter.ToInt64(payload, at))];

    private static string LoaderOf(byte[] payload) => new BinaryReader(new MemoryStream(payload)).ReadString();

    private static byte[] Renamed(byte[] payload, string loader) =>
        [(byte)loader.Length, .. Encoding.ASCII.GetBytes(loader), .. payload[(1 + LoaderOf(payload).Length)..]];

    private static byte[] WithSchema(byte[] payload, Random random)
    {
        var stream = new MemoryStream(payload);
        using var reader = new BinaryReader(stream);
        reader.ReadString();
        int names = (int)stream.Position;
        string features = reader.ReadString(), label = reader.ReadString();
        byte[] schema = reader.ReadBytes(reader.ReadInt32());
        byte[] rest = payload[(int)stream.Position..];
        byte[] crafted = random.Next(3) == 0 ? Mutator.Mutate(schema, random) : SchemaCrafter.Craft(schema, features, label, random);
        if (random.Next(10) == 0)
            (features, label) = (label, features);
        using var result = new MemoryStream();
        using var writer = new BinaryWriter(result);
        writer.Write(payload.AsSpan(0, names));
        writer.Write(features);
        writer.Write(label);
        writer.Write(crafted.Length);
        writer.Write(crafted);
        writer.Write(rest);
        return result.ToArray();
    }
}
