using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Data;

/// <summary>Short hashes of the training and validation data, to check that a checkpoint is resumed with the same data.</summary>
/// <param name="Whole">One hash of all data: features, targets and weights of training and validation rows, in their order.</param>
/// <param name="Parts">One hash for each part, by name, so that a message can name the part that differs.</param>
internal sealed record DataFingerprint(string Whole, IReadOnlyDictionary<string, string> Parts)
{
    private const int Digits = 16;
    private const string None = "none";

    /// <summary>Computes the fingerprint of rows in memory.</summary>
    public static DataFingerprint Of(LabeledRows training, LabeledRows? validation)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        (string features, string targets) = Append(whole, training);
        (string validationFeatures, string validationTargets) = validation is null ? (None, None) : Append(whole, validation);
        return new DataFingerprint(Text(whole), Named(features, targets, validationFeatures, validationTargets));
    }

    /// <summary>Computes the fingerprint of streams.</summary>
    public static DataFingerprint Of(StreamRows training, StreamRows? validation) => new(
        FormattableString.Invariant($"{training.Order:x16}{training.FeatureCode:x16}{validation?.Order:x16}{validation?.FeatureCode:x16}"),
        Named(Text(training.FeatureCode), Text(training.Order), Text(validation?.FeatureCode), Text(validation?.Order)));

    /// <summary>Adds a word to a hash: (code xor word) · p modulo 2⁶⁴.</summary>
    /// <remarks>
    /// p is the prime of Fowler, Noll and Vo's hash FNV-1a of 64 bits, which processes bytes instead of words of 32 bits.
    /// </remarks>
    public static ulong Mix(ulong code, uint word) => (code ^ word) * 1099511628211;

    /// <summary>Adds a row of features to a hash: word by word, with a rotation by 31 bits after the row.</summary>
    /// <remarks>
    /// The code starts at 0, not at the offset basis of FNV-1a, so rows of zeros at the beginning leave it at 0. The number of rows and the
    /// code of the targets distinguish such data. The start value must not change because checkpoints contain the code.
    /// </remarks>
    public static ulong Mix(ulong code, ReadOnlySpan<float> features)
    {
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(features))
            code = Mix(code, bits);
        return BitOperations.RotateLeft(code, 31);
    }

    private static Dictionary<string, string> Named(string features, string targets, string validationFeatures, string validationTargets) => new()
    {
        ["code of the training features"] = features,
        ["code of the training targets and weights"] = targets,
        ["code of the validation features"] = validationFeatures,
        ["code of the validation targets and weights"] = validationTargets,
    };

    private static (string Features, string Targets) Append(IncrementalHash whole, LabeledRows rows)
    {
        using var ofFeatures = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var ofTargets = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var features = new float[rows.Width];
        Target<float> target = TargetRows.CreateTarget(1, rows.TargetWidth);
        Span<float> weight = stackalloc float[1];
        for (int row = 0; row < rows.Count; row++)
        {
            rows.Features.CopyTo(row, features);
            rows.Targets.CopyTo(row, target, 0);
            weight[0] = rows.WeightOf(row);
            Add(whole, ofFeatures, MemoryMarshal.AsBytes<float>(features));
            Add(
                whole, ofTargets,
                target.Values is { } values ? MemoryMarshal.AsBytes<float>(values.Row(0)) : MemoryMarshal.AsBytes(target.Classes));
            Add(whole, ofTargets, MemoryMarshal.AsBytes(weight));
        }

        return (Text(ofFeatures), Text(ofTargets));
    }

    private static void Add(IncrementalHash whole, IncrementalHash part, ReadOnlySpan<byte> bytes)
    {
        whole.AppendData(bytes);
        part.AppendData(bytes);
    }

    private static string Text(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits];

    private static string Text(ulong? code) => code is { } number ? FormattableString.Invariant($"{number:x16}") : None;
}
