using System.Buffers.Binary;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;

namespace MLNet.DeepExt.Neural.Persistence;

/// <summary>A trained network in a stream: its description as JSON and its parameters as one vector of numbers, with a checksum.</summary>
/// <remarks>
/// One <see cref="ChecksummedBlock"/> whose payload is (magic: 8 bytes), (version: int32), (length of the JSON: int32),
/// (JSON: UTF-8), then every parameter and every buffer in order, row-major, as float32. All little-endian.
/// A version of the library reads its own files and those of all earlier versions. A file has the lowest format version that can read it: 2 if layers
/// contain layers or have names.
/// </remarks>
public static class NetworkFile
{
    private const int Version = 2;
    private const int FixedLength = 16;

    // What a description takes in memory when it has been read, at most: lists of slots of two characters each.
    private const int BytesPerCharacter = 8;

    private static ReadOnlySpan<byte> Magic => "DXNETWRK"u8;

    /// <summary>Writes a network.</summary>
    /// <param name="destination">The stream.</param>
    /// <param name="network">The network.</param>
    /// <param name="loss">The loss that it was trained with, which defines the meaning of its outputs.</param>
    /// <exception cref="ArgumentException">
    /// A parameter or a running statistic is NaN or infinite, or a variance is below 0: files with such a number cannot be read.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// A layer, an initializer or the loss has a custom kind that is not registered; see <see cref="KindRegistry"/>.
    /// </exception>
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
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(8), VersionOf(network.Spec));
        BinaryPrimitives.WriteInt32LittleEndian(payload.AsSpan(12), json.Length);
        json.CopyTo(payload, FixedLength);

        Span<byte> rest = SlotNumbers.Write(store.Slots, store.Values, payload.AsSpan(FixedLength + json.Length));
        SlotNumbers.Write(store.Buffers, store.BufferValues, rest);
        if (SlotNumbers.FindFault([.. store.Slots, .. store.Buffers], payload.AsSpan(FixedLength + json.Length)) is { } fault)
            throw new ArgumentException($"The network cannot be saved: {fault}; train it again with a lower learning rate.", nameof(network));
        ChecksummedBlock.Write(destination, payload);
    }

    /// <summary>Reads a network.</summary>
    /// <param name="source">A stream at the start of a network.</param>
    /// <returns>The network and the loss that it was trained with.</returns>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, of a later version, or not a network file; or it contains a number that is not finite, or describes a network that
    /// needs far more memory than the size of the file justifies.
    /// </exception>
    public static (Network<float> Network, Loss Loss) Load(Stream source)
    {
        byte[] payload = ChecksummedBlock.Read(source);
        return Load(payload, new MemoryBudget(payload.Length), 1);
    }

    /// <summary>Reads a network that is a part of a file.</summary>
    /// <param name="source">A stream at the start of a network.</param>
    /// <param name="budget">The memory budget of the file.</param>
    /// <param name="rowsTogether">
    /// The number of rows that the network will predict together, at least 1: the memory of these predictions on one thread is also reserved.
    /// </param>
    /// <returns>The network and the loss that it was trained with.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rowsTogether"/> is below 1.</exception>
    /// <exception cref="InvalidDataException">The file is not valid, see <see cref="Load(Stream)"/>, or the budget is exceeded.</exception>
    public static (Network<float> Network, Loss Loss) Load(Stream source, MemoryBudget budget, int rowsTogether = 1)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsTogether, 1);
        return Load(ChecksummedBlock.Read(source, budget), budget, rowsTogether);
    }

    // The lowest that knows of all: of layers that are made of layers, or have custom names, version 1 does not.
    private static int VersionOf(NetworkSpec spec) =>
        spec.Layers.Any(layer => layer is CompositeSpec || layer.Name is not null) ? Version : 1;

    private static (Network<float> Network, Loss Loss) Load(ReadOnlySpan<byte> payload, MemoryBudget budget, int rowsTogether)
    {
        if (payload.Length < FixedLength || !payload.StartsWith(Magic))
            throw new InvalidDataException("The block holds no network; it was written by something else.");
        int version = BinaryPrimitives.ReadInt32LittleEndian(payload[8..]);
        if (version is < 1 or > Version)
            throw new InvalidDataException($"The network file has version {version} but this library reads up to {Version}; use a newer one.");
        int jsonLength = BinaryPrimitives.ReadInt32LittleEndian(payload[12..]);
        if (jsonLength < 0 || jsonLength > payload.Length - FixedLength)
            throw new InvalidDataException($"The network file claims a description of {jsonLength} bytes, more than it holds.");

        budget.Spend(jsonLength, BytesPerCharacter);
        (NetworkSpec spec, Loss loss) = NetworkJson.Read(payload.Slice(FixedLength, jsonLength));
        ReadOnlySpan<byte> numbers = payload[(FixedLength + jsonLength)..];
        SlotAllocator slots = NetworkBudget.Require(spec, numbers.Length, budget, rowsTogether);
        if (SlotNumbers.FindFault([.. slots.Parameters, .. slots.Buffers], numbers) is { } fault)
        {
            throw new InvalidDataException(
                $"The network file is not valid: {fault}; its training diverged, or the file was changed; get another file.");
        }

        var network = Network<float>.Uninitialized(spec);
        numbers = SlotNumbers.Read(network.Parameters.Slots, numbers, network.Parameters.Values);
        SlotNumbers.Read(network.Parameters.Buffers, numbers, network.Parameters.BufferValues);
        return (network, loss);
    }
}
