using System.Buffers.Binary;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>Makes damaged bytes of whole ones: a few changes, each of a kind drawn by chance.</summary>
internal static class Mutator
{
    private const int MostChanges = 4;

    // Where comparisons, shifts and sizes turn over.
    private static readonly long[] Edges =
        [0, 1, -1, 15, 16, 17, 127, 128, 255, 256, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue,
         uint.MaxValue, long.MaxValue, long.MinValue];

    private delegate byte[] Change(byte[] bytes, Random random);

    private static readonly Change[] Changes = [FlipBit, SetByte, SetEdge, Truncate, Extend, Repeat, Remove, Swap];

    /// <summary>What a case is drawn from: the same for the same seed and number.</summary>
    public static Random RandomOf(int seed, long number) => new((int)((seed * 1_000_003L + number * 7919L) % int.MaxValue));

    public static byte[] Mutate(byte[] bytes, Random random)
    {
        byte[] mutated = bytes;
        for (int changes = random.Next(1, MostChanges + 1); changes > 0; changes--)
            mutated = Changes[random.Next(Changes.Length)](mutated, random);
        return mutated;
    }

    private static byte[] FlipBit(byte[] bytes, Random random) =>
        At(bytes, random, (copy, place) => copy[place] ^= (byte)(1 << random.Next(8)));

    private static byte[] SetByte(byte[] bytes, Random random) => At(bytes, random, (copy, place) => copy[place] = (byte)random.Next(256));

    private static byte[] SetEdge(byte[] bytes, Random random) => At(bytes, random, (copy, place) =>
    {
        Span<byte> edge = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(edge, Edges[random.Next(Edges.Length)]);
        int length = Math.Min(random.Next(2) == 0 ? sizeof(int) : sizeof(long), copy.Length - place);
        edge[..length].CopyTo(copy.AsSpan(place));
    });

    private static byte[] Truncate(byte[] bytes, Random random) => bytes[..random.Next(bytes.Length + 1)];

    private static byte[] Extend(byte[] bytes, Random random)
    {
        var more = new byte[random.Next(1, 64)];
        random.NextBytes(more);
        return [.. bytes, .. more];
    }

    private static byte[] Repeat(byte[] bytes, Random random)
    {
        (int from, int to) = Range(bytes, random);
        return [.. bytes[..to], .. bytes[from..to], .. bytes[to..]];
    }

    private static byte[] Remove(byte[] bytes, Random random)
    {
        (int from, int to) = Range(bytes, random);
        return [.. bytes[..from], .. bytes[to..]];
    }

    private static byte[] Swap(byte[] bytes, Random random)
    {
        (int from, int to) = Range(bytes, random);
        int place = random.Next(bytes.Length - (to - from) + 1);
        byte[] copy = [.. bytes];
        bytes.AsSpan(from, to - from).CopyTo(copy.AsSpan(place));
        return copy;
    }

    private static byte[] At(byte[] bytes, Random random, Action<byte[], int> change)
    {
        if (bytes.Length == 0)
            return Extend(bytes, random);
        byte[] copy = [.. bytes];
        change(copy, random.Next(copy.Length));
        return copy;
    }

    private static (int From, int To) Range(byte[] bytes, Random random)
    {
        int from = random.Next(bytes.Length + 1);
        return (from, Math.Min(bytes.Length, from + random.Next(1, 64)));
    }
}
