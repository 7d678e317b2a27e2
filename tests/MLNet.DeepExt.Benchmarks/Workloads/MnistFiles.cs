using System.Buffers.Binary;

namespace MLNet.DeepExt.Benchmarks.Workloads;

/// <summary>
/// The training images of MNIST: train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or as .gz, in a folder or in a direct
/// subfolder of it.
/// </summary>
internal static class MnistFiles
{
    private const string Images = "train-images-idx3-ubyte", Labels = "train-labels-idx1-ubyte";
    private const int ImagesMagic = 0x803, LabelsMagic = 0x801;
    private const int Rows = 60_000;

    // Other data sets, Fashion-MNIST for one, come in files of the same names and sizes.
    private static readonly byte[] FirstLabels = [5, 0, 4, 1, 9, 2, 1, 3, 1, 4];

    public static bool AreIn(string folder) => Find(folder) is not null;

    /// <summary>Reads pixels as 0 to 1; null if the files are not there.</summary>
    public static WorkloadData? Read(string folder)
    {
        if (Find(folder) is not { } place)
            return null;
        byte[] pixels = ReadBytes(DataFile.Find(place, Images)!, ImagesMagic, [Rows, 28, 28]);
        byte[] classes = ReadBytes(DataFile.Find(place, Labels)!, LabelsMagic, [Rows]);
        return new WorkloadData(Array.ConvertAll(pixels, pixel => pixel / 255f), Array.ConvertAll(classes, label => (int)label), "MNIST");
    }

    private static string? Find(string folder) => DataFile.Places(folder).FirstOrDefault(place =>
        DataFile.Find(place, Images) is not null
        && DataFile.Find(place, Labels) is { } labels
        && ReadBytes(labels, LabelsMagic, [Rows]).AsSpan().StartsWith(FirstLabels));

    // A magic number and every dimension, as big-endian integers, then the bytes.
    private static byte[] ReadBytes(string path, int magic, int[] dimensions)
    {
        using Stream stream = DataFile.Open(path);
        foreach (int expected in dimensions.Prepend(magic))
        {
            int found = ReadInteger(stream);
            if (found != expected)
            {
                throw new InvalidDataException(FormattableString.Invariant(
                    $"{Path.GetFileName(path)} has {found} in its header where MNIST has {expected}; take the file as it was published."));
            }
        }

        var bytes = new byte[dimensions.Aggregate((product, size) => product * size)];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static int ReadInteger(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        stream.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt32BigEndian(bytes);
    }
}
