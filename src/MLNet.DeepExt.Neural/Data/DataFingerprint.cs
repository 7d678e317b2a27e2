using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>A short text by which data is told from other data.</summary>
internal static class DataFingerprint
{
    private const int Digits = 16;

    /// <summary>That of rows in memory: of their features, targets and weights, in their order.</summary>
    public static string Of(LabeledRows training, LabeledRows? validation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, training);
        if (validation is not null)
            Append(hash, validation);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];
    }

    /// <summary>That of streams: of their features, targets and weights, in their order.</summary>
    public static string Of(StreamRows training, StreamRows? validation) =>
        FormattableString.Invariant($"{training.Order:x16}{training.FeatureCode:x16}{validation?.Order:x16}{validation?.FeatureCode:x16}");

    /// <summary>A number that stands for those before and for a row of features: FNV-1a, of words of 32 bits where it takes octets.</summary>
    public static ulong Mix(ulong code, ReadOnlySpan<float> features)
    {
        const ulong Prime = 1099511628211;
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(features))
            code = (code ^ bits) * Prime;
        return BitOperations.RotateLeft(code, 31);
    }

    private static void Append(IncrementalHash hash, LabeledRows rows)
    {
        var features = new float[rows.Width];
        Target<float> target = TargetRows.CreateTarget(1, rows.TargetWidth);
        Span<float> weight = stackalloc float[1];
        for (int row = 0; row < rows.Count; row++)
        {
            rows.Features.CopyTo(row, features);
            rows.Targets.CopyTo(row, target, 0);
            weight[0] = rows.WeightOf(row);
            hash.AppendData(MemoryMarshal.AsBytes<float>(features));
            hash.AppendData(
                target.Values is { } values ? MemoryMarshal.AsBytes<float>(values.Row(0)) : MemoryMarshal.AsBytes(target.Classes));
            hash.AppendData(MemoryMarshal.AsBytes(weight));
        }
    }
}
