namespace MLNet.DeepExt.Interop.Models;

/// <summary>Reads counts that memory is taken by.</summary>
internal static class ContentReader
{
    /// <summary>
    /// Reads a count, and believes it only if so many items can follow: a right checksum does not say that the content was
    /// written by this library.
    /// </summary>
    /// <param name="reader">A reader of a stream whose length is known.</param>
    /// <param name="items">What is counted, in words.</param>
    /// <param name="bytesPerItem">The bytes that each takes at least.</param>
    /// <exception cref="InvalidDataException">The count is negative, or fewer bytes remain than that many items take.</exception>
    public static int ReadCount(this BinaryReader reader, string items, int bytesPerItem)
    {
        int count = reader.ReadInt32();
        long remaining = reader.BaseStream.Length - reader.BaseStream.Position;
        if (count < 0 || count > remaining / bytesPerItem)
        {
            throw new InvalidDataException(
                $"The model file claims {count} {items} of {bytesPerItem} bytes or more where {remaining} bytes remain; save the model again.");
        }

        return count;
    }
}
