using System.Buffers.Binary;

namespace MLNet.DeepExt.Benchmarks.Workloads;

/// <summary>
/// The training images of MNIST: train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or as .gz, in the folder or in its mnist/.
/// </summary>
internal static class MnistFiles
{
    private const int ImagesMagic = 0x803, LabelsMagic = 0x801;

    /// <summary>Reads pixels as 0 to 1; null if the files are not there.</summary>
    public static WorkloadData? Read(string folder, int rows)
    {
        string? images = DataFile.Find(folder, ["mnist"], "train-images-idx3-ubyte");
        string? labels = DataFile.Find(folder, ["mnist"], "train-labels-idx1-ubyte");
        if (images is null || labels is null)
            return null;
        byte[] pixels = ReadBytes(images, ImagesMagic, [rows, 28, 28]);
        byte[] classes = ReadBytes(labels, LabelsMagic, [rows]);
        return new WorkloadData(Array.ConvertAll(pixels, pixel => pixel / 255f), Array.ConvertAll(classes, label => (int)label), "MNIST");
    }

    // A magic number and every dimension, as big-endian integers, then the bytes.
    private static byte[] ReadBytes(string path, int magic, int[] dimensions)
    {
        using Stream stream = DataFile.Open(path);
        foreach (int expected in dimensions.Prepend(magic))
        {
            int found = ReadInteger(stream);
            if (found != expected)
                throw new InvalidDataException(FormattableString.Invariant($"{path} has {found} in its header where MNIST has {expected}."));
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
