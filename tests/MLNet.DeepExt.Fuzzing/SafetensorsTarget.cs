using System.Buffers.Binary;
using System.Text;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Persistence;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>Files of PyTorch's tensors, which have no checksum, read and imported into a network.</summary>
internal sealed class SafetensorsTarget : Target
{
    private const long FixedAllowance = 1 << 19, BytesPerByte = 64;

    private static readonly NetworkSpec Spec = NetworkSpec.Input(3).Dense(4).BatchNorm().Relu().Dense(2);

    private readonly byte[] _file = Whole();
    private readonly int _seed;

    public SafetensorsTarget(int seed)
    {
        _seed = seed;
        if (Try(_file, isSealed: true) != Outcome.Same)
            throw new InvalidOperationException("The whole file is refused.");
    }

    public override string Name => "safetensors files";

    public override byte[] Create(long number, out bool isSealed)
    {
        isSealed = true; // there is nothing to seal
        Random random = Mutator.RandomOf(_seed, number);
        if (random.Next(2) == 0)
            return Mutator.Mutate(_file, random);
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(_file);
        byte[] header = JsonMutator.Mutate(_file.AsSpan(sizeof(long), length), random);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. _file[(sizeof(long) + length)..]];
    }

    public override Outcome Try(byte[] file, bool isSealed)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var network = new Network<float>(Spec, seed: 1);
        try
        {
            SafetensorsFile.Read(new MemoryStream(file)).ImportInto(network);
        }
        catch (InvalidDataException exception) when (exception.Message.Length > 0)
        {
            return Outcome.Refused;
        }
        finally
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > FixedAllowance + BytesPerByte * file.Length)
                throw new FindingException($"Reading {file.Length} bytes took {allocated} bytes of memory.");
        }

        float[] all = [.. network.Parameters.Slots.Concat(network.Parameters.Buffers).SelectMany(network.Parameters.Read)];
        return Array.TrueForAll(all, float.IsFinite)
            ? file.AsSpan().SequenceEqual(_file) ? Outcome.Same : Outcome.Another
            : throw new FindingException("A network has a number that is not finite.");
    }

    private static byte[] Whole()
    {
        (string Name, int[] Shape)[] tensors =
            [("0.weight", [4, 3]), ("0.bias", [4]), ("1.weight", [4]), ("1.bias", [4]), ("1.running_mean", [4]),
             ("1.running_var", [4]), ("3.weight", [2, 4]), ("3.bias", [2])];
        var header = new StringBuilder("{");
        int end = 0;
        foreach ((string name, int[] shape) in tensors)
        {
            int begin = end;
            end += sizeof(float) * shape.Aggregate((product, size) => product * size);
            header.Append(
                null,
                $"{(begin == 0 ? "" : ",")}\"{name}\":{{\"dtype\":\"F32\",\"shape\":[{string.Join(',', shape)}],\"data_offsets\":[{begin},{end}]}}");
        }

        byte[] json = Encoding.UTF8.GetBytes(header.Append('}').ToString()), numbers = new byte[end];
        for (int i = 0; i < end; i += sizeof(float))
            BinaryPrimitives.WriteSingleLittleEndian(numbers.AsSpan(i), 0.25f);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. numbers];
    }
}
