using Microsoft.ML;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>How a kind of transformer is marked in a model file.</summary>
/// <param name="Signature">Eight characters that open the entry.</param>
/// <param name="LoaderSignature">The name, at most 24 characters, under which ML.NET finds what loads the entry.</param>
/// <param name="Summary">What the transformer is, in words.</param>
internal sealed record ModelFormat(string Signature, string LoaderSignature, string Summary)
{
    private const uint FirstVersion = 0x00010001;

    // The simple name: the full one would tie a model file to the version of the assembly that wrote it.
    private static string? LoaderAssemblyName => typeof(ModelFormat).Assembly.GetName().Name;

    public VersionInfo VersionInfo => new(
        modelSignature: Signature,
        verWrittenCur: FirstVersion,
        verReadableCur: FirstVersion,
        verWeCanReadBack: FirstVersion,
        loaderAssemblyName: LoaderAssemblyName,
        loaderSignature: LoaderSignature);
}
