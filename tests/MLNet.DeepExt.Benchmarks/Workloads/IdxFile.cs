using System.Buffers.Binary;

namespace MLNet.DeepExt.Benchmarks.Workloads;

/// <summary>The file format of MNIST: a magic number and every dimension as big-endian integers, then the bytes.</summary>
internal static class IdxFile
{
    private const int ImagesMagic = 0x803, LabelsMagic = 0x801;
    private const int Side = 28;

    /// <summary>(rows · 28 · 28), the pixels of all images.</summary>
    public static byte[] ReadImages(string path, int rows) => ReadBytes(path, ImagesMagic, [rows, Side, Side]);

    /// <summary>(rows), the class of each image.</summary>
    public static byte[] ReadLabels(string path, int rows) => ReadBytes(path, LabelsMagic, [rows]);

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
