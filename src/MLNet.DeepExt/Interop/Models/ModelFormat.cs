using Microsoft.ML;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>How a kind of transformer is marked in a model file.</summary>
/// <remarks>
/// A file names the lowest version of its format that can read it, not the one that wrote it: what an older library would
/// misunderstand, it refuses, and everything else it reads.
/// </remarks>
/// <param name="Signature">Eight characters that open the entry.</param>
/// <param name="LoaderSignature">The name, at most 24 characters, under which ML.NET finds what loads the entry.</param>
/// <param name="Summary">What it is, in words.</param>
/// <param name="Version">The version that is written, and the latest that is read, from 1. Every one before it is read too.</param>
internal sealed record ModelFormat(string Signature, string LoaderSignature, string Summary, int Version = 1)
{
    private const uint VersionZero = 0x00010000;

    // The simple name: the full one would tie a model file to the version of the assembly that wrote it.
    private static string? LoaderAssemblyName => typeof(ModelFormat).Assembly.GetName().Name;

    public VersionInfo VersionInfo => new(
        modelSignature: Signature,
        verWrittenCur: VersionZero + (uint)Version,
        verReadableCur: VersionZero + (uint)Version,
        verWeCanReadBack: VersionZero + 1,
        loaderAssemblyName: LoaderAssemblyName,
        loaderSignature: LoaderSignature);
}
