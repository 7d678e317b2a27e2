using System.IO.Compression;
using Microsoft.ML;
using MLNet.DeepExt.Transforms;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>What a normalization has learned, byte by byte, as a model file has it.</summary>
internal static class NormalizationBytes
{
    /// <summary>Of the one normalization in a chain.</summary>
    public static byte[] Of(IEnumerable<ITransformer> chain) => Of(chain.OfType<NormalizationTransformer>().Single());

    public static byte[] Of(NormalizationTransformer transformer)
    {
        using var stream = new MemoryStream(Model(transformer));
        using var zip = new ZipArchive(stream);
        using Stream content = zip.Entries.Single(entry => entry.Name == "Content").Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>The transformer, saved and loaded.</summary>
    public static NormalizationTransformer Again(NormalizationTransformer transformer)
    {
        using var stream = new MemoryStream(Model(transformer));
        return (NormalizationTransformer)new MLContext().Model.Load(stream, out _);
    }

    private static byte[] Model(ITransformer transformer)
    {
        using var stream = new MemoryStream();
        new MLContext().Model.Save(transformer, null, stream);
        return stream.ToArray();
    }
}
