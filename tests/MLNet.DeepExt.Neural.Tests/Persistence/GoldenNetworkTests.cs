using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using MLNet.DeepExt.Neural.Initializers;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;
using MLNet.DeepExt.Neural.Tests.TestSupport;

namespace MLNet.DeepExt.Neural.Tests.Persistence;

/// <summary>
/// Network files of every version of the format, with what the networks predicted when they were written. A new kind of layer or of loss,
/// or a new version, needs a new file: never write one of these again.
/// </summary>
public sealed class GoldenNetworkTests
{
    private const int Rows = 4;
    private const int VersionAt = 8;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Files => [.. Paths().Select(path => Path.GetRelativePath(Folder, path))];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_network_of_every_version_predicts_what_it_predicted(string file)
    {
        (Network<float> network, Loss loss) = Load(Path.Combine(Folder, file));
        var predictor = new Predictor(network, loss);
        float[] rows = [.. Enumerable.Range(0, Rows * predictor.Inputs).Select(i => i * 7 % 11 / 4f - 1)];
        var actual = new float[Rows * predictor.Outputs];
        predictor.Predict(rows, Rows, actual, predictor.CreateBuffer(Rows));

        float[] expected = [.. File.ReadLines(Path.ChangeExtension(Path.Combine(Folder, file), ".txt"))
            .SelectMany(line => line.Split(' ')).Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])));
    }

    [Fact]
    public void Every_version_of_the_format_has_a_file()
    {
        int version = (int)typeof(NetworkFile).GetField("Version", BindingFlags.Static | BindingFlags.NonPublic)!.GetRawConstantValue()!;
        Assert.Equal(Enumerable.Range(1, version), Paths().Select(VersionOf).Distinct().Order());
    }

    [Fact]
    public void Every_kind_of_layer_initializer_and_loss_stands_in_a_file()
    {
        (Network<float> Network, Loss Loss)[] all = [.. Paths().Select(Load)];
        LayerSpec[] layers = [.. all.SelectMany(one => one.Network.Spec.Layers).SelectMany(All)];
        AssertAll(typeof(LayerSpec), layers);
        AssertAll(typeof(Initializer), layers.OfType<Dense>().Select(dense => dense.Initializer).OfType<Initializer>());
        AssertAll(typeof(Loss), all.Select(one => one.Loss));

        static void AssertAll(Type family, IEnumerable<object> found) => Assert.Equal(
            Specimens.KindsOf(family).Select(kind => kind.Name), found.Select(one => one.GetType().Name).Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<LayerSpec> All(LayerSpec layer) =>
        layer is CompositeSpec composite ? composite.Layers.SelectMany(All).Append(layer) : [layer];

    private static IEnumerable<string> Paths() => Directory.GetFiles(Folder, "*.net", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static (Network<float> Network, Loss Loss) Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return NetworkFile.Load(stream);
    }

    private static int VersionOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return BinaryPrimitives.ReadInt32LittleEndian(ChecksummedBlock.Read(stream).AsSpan(VersionAt));
    }
}
