using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Transforms;
using MLNet.DeepExt.Transforms.Normalization;

[assembly: LoadableModel<DenormalizeInputsTransformer>]
[assembly: LoadableTransform<DenormalizeInputsTransformer>]
[assembly: LoadableMapper<DenormalizeInputsTransformer>]

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Brings normalized columns back to the units that they had. Made by <see cref="NormalizeInputsTransformer.CreateInverse"/>. Immutable,
/// and safe to use from several threads.
/// </summary>
/// <remarks>
/// What was normalized comes back as it was, but for the rounding of single precision, and a constant slot as its constant;
/// the remarks of each method in <c>MLNet.DeepExt.Transforms.Normalization</c> say what becomes of numbers that it never gives.
/// </remarks>
public sealed class DenormalizeInputsTransformer : NormalizationTransformer, ILoadableModel<DenormalizeInputsTransformer>
{
    internal DenormalizeInputsTransformer(
        IHost host, IReadOnlyList<InputOutputColumnPair> columns, NormalizationMethod method, InputNormalization[] normalizations)
        : base(host, columns, method, normalizations)
    {
    }

    static ModelFormat ILoadableModel<DenormalizeInputsTransformer>.Format => FileFormat;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXDENORM", "DeepExtDenormalize", "inverse of a normalization");

    static DenormalizeInputsTransformer ILoadableModel<DenormalizeInputsTransformer>.Load(IHost host, ContentReader content)
    {
        NormalizationKind kind = NormalizationKind.Read(content);
        (InputOutputColumnPair[] columns, InputNormalization[] normalizations) = LoadColumns(kind, content);
        return new DenormalizeInputsTransformer(host, columns, kind.Method, normalizations);
    }

    private protected override void SaveContent(BinaryWriter writer)
    {
        NormalizationKind.Of(Method).Save(writer);
        base.SaveContent(writer);
    }

    private protected override void Apply(InputNormalization normalization, Span<float> values) => normalization.Denormalize(values);

    private protected override string Emit(InputNormalization normalization, IOperatorGraph graph, string values) =>
        normalization.EmitDenormalize(graph, values);

    private protected override AnnotationBuilder CreateAnnotations() => new();
}
