using System.Buffers.Binary;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>A trained network in a stream: its description as JSON and its parameters as one run of numbers, under a checksum.</summary>
/// <remarks>
/// One <see cref="ChecksummedBlock"/> whose payload is (magic: 8 bytes), (version: int32), (length of the JSON: int32),
/// (JSON: UTF-8), then every parameter slot and every buffer in order, row-major, as float32. All little-endian.
/// A version reads its own files and those of every version before it.
/// </remarks>
public static class NetworkFile
{
    private const int Version = 1;
    private const int FixedLength = 16;
    private const int FewInputs = 1 << 16;

    private static ReadOnlySpan<byte> Magic => "DXNETWRK"u8;

    /// <summary>Writes a network.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="network">What.</param>
    /// <param name="loss">The loss that it was trained with, which says what its outputs mean.</param>
    /// <exception cref="NotSupportedException">It is larger than 2 GiB.</exception>
    public static void Save(Stream destination, Network<float> network, Loss loss)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        byte[] json = NetworkJson.Write(network.Spec, loss);
        ParameterStore<float> store = network.Parameters;
        long length = FixedLength + json.Length + SlotNumbers.LengthOf(store.Slots) + SlotNumbers.LengthOf(store.Buffers);
        if (length > Array.MaxLength)
            throw new NotSupportedException($"The network takes {length} bytes but a file holds {Array.MaxLength}; make it smaller.");
        var payload = new byte[length];
        Magic.CopyTo(payload);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(12), json.Length);
        json.CopyTo(payload, FixedLength);

        Span<byte> rest = SlotNumbers.Write(store.Slots, store.Values, payload.AsSpan(FixedLength + json.Length));
        SlotNumbers.Write(store.Buffers, store.BufferValues, rest);
        ChecksummedBlock.Write(destination, payload);
    }

    /// <summary>Reads a network.</summary>
    /// <param name="source">A stream that stands where one was written.</param>
    /// <returns>The network and the loss that it was trained with.</returns>
    /// <exception cref="InvalidDataException">The file is damaged, of a later version, or not one of ours.</exception>
    public static (Network<float> Network, Loss Loss) Load(Stream source)
    {
        ReadOnlySpan<byte> payload = ChecksummedBlock.Read(source);
        if (payload.Length < FixedLength || !payload.StartsWith(Magic))
            throw new InvalidDataException("The block holds no network; it was written by something else.");
        int version = BinaryPrimitives.ReadInt32LittleEndian(payload[8..]);
        if (version is < 1 or > Version)
            throw new InvalidDataException($"The network file has version {version} but this library reads up to {Version}; use a newer one.");
        int jsonLength = BinaryPrimitives.ReadInt32LittleEndian(payload[12..]);
        if (jsonLength < 0 || jsonLength > payload.Length - FixedLength)
            throw new InvalidDataException($"The network file claims a description of {jsonLength} bytes, more than it holds.");

        (NetworkSpec spec, Loss loss) = NetworkJson.Read(payload.Slice(FixedLength, jsonLength));
        ReadOnlySpan<byte> numbers = payload[(FixedLength + jsonLength)..];
        RequireNumbers(spec, numbers.Length);
        RequireInputs(spec, numbers.Length / sizeof(float));
        var network = Network<float>.Uninitialized(spec);
        numbers = SlotNumbers.Read(network.Parameters.Slots, numbers, network.Parameters.Values);
        SlotNumbers.Read(network.Parameters.Buffers, numbers, network.Parameters.BufferValues);
        return (network, loss);
    }

    // A network that learns has a number for each of its inputs, or more; one that does not may have as many as a picture has pixels.
    private static void RequireInputs(NetworkSpec spec, long numbers)
    {
        long ignored = spec.Layers is [CategoryEmbedding first, ..] ? first.IgnoredSlots : 0;
        if (spec.Inputs - ignored > Math.Max(FewInputs, numbers))
        {
            throw new InvalidDataException(
                $"The network file claims {spec.Inputs} inputs but holds {numbers} numbers, fewer than one for each; the file is damaged.");
        }
    }

    // Counted before any memory is allocated for them.
    private static void RequireNumbers(NetworkSpec spec, int bytes)
    {
        SlotAllocator slots = spec.Compile<float>(out _);
        long wanted = SlotNumbers.LengthOf(slots.Parameters) + SlotNumbers.LengthOf(slots.Buffers);
        if (wanted != bytes)
            throw new InvalidDataException($"The network file should hold {wanted} bytes of numbers but holds {bytes}.");
    }
}
