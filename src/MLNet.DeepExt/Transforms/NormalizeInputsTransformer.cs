using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Transforms;
using MLNet.DeepExt.Transforms.Normalization;

[assembly: LoadableModel<NormalizeInputsTransformer>]
[assembly: LoadableTransform<NormalizeInputsTransformer>]
[assembly: LoadableMapper<NormalizeInputsTransformer>]

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Brings every slot of its input columns to a scale that networks learn well from, by what was learned of the training data. Made by
/// <see cref="NormalizeInputsEstimator"/>. Immutable, and safe to use from several threads.
/// </summary>
public sealed class NormalizeInputsTransformer : NormalizationTransformer, ILoadableModel<NormalizeInputsTransformer>
{
    // In a file of version 2, where version 1 has the number of columns.
    private const int NameFollows = -1;

    internal NormalizeInputsTransformer(
        IHost host, IReadOnlyList<InputOutputColumnPair> columns, NormalizationMethod method, InputNormalization[] normalizations)
        : base(host, columns, method, normalizations)
    {
    }

    static ModelFormat ILoadableModel<NormalizeInputsTransformer>.Format => FileFormat;

    // Version 1 knew one method, and did not name it.
    private protected override ModelFormat Format => NamesMethod ? FileFormat : FileFormat with { Version = 1 };

    private static ModelFormat FileFormat { get; } = new("DXNORMIN", "DeepExtNormalizeInputs", "normalization of inputs", Version: 2);

    private bool NamesMethod => Method != NormalizationMethod.MeanVariance;

    static NormalizeInputsTransformer ILoadableModel<NormalizeInputsTransformer>.Load(IHost host, ContentReader content)
    {
        NormalizationKind kind = ReadKind(content);
        (InputOutputColumnPair[] columns, InputNormalization[] normalizations) = LoadColumns(kind, content);
        return new NormalizeInputsTransformer(host, columns, kind.Method, normalizations);
    }

    /// <summary>Brings normalized columns back to the units that they had, by <see cref="CreateInverse"/>.</summary>
    /// <param name="normalized">Rows with the columns that this transformer writes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    public IDataView Denormalize(IDataView normalized) => CreateInverse().Transform(normalized);

    /// <summary>
    /// The way back: a transformer that reads the columns that this one writes, and writes those that it reads, in the units that they had.
    /// </summary>
    /// <remarks>
    /// It is for rows that were made where the network is at home: generated, attacked, averaged. Such a row need not have come from this
    /// transformer. It is saved in model.zip, and exported to ONNX, like any other.
    /// </remarks>
    /// <example>
    /// <code>
    /// var model = pipeline.Fit(train);    // somewhere in it NormalizeInputs("Features")
    /// ITransformer back = model.OfType&lt;NormalizeInputsTransformer&gt;().Single().CreateInverse();
    /// IDataView inUnits = back.Transform(generated);
    /// </code>
    /// </example>
    public DenormalizeInputsTransformer CreateInverse() => new(
        Host,
        [.. Columns.Select(pair => new InputOutputColumnPair(pair.InputColumnName, pair.OutputColumnName))],
        Method,
        [.. Normalizations]);

    private protected override void SaveContent(BinaryWriter writer)
    {
        if (NamesMethod)
        {
            writer.Write(NameFollows);
            NormalizationKind.Of(Method).Save(writer);
        }

        base.SaveContent(writer);
    }

    private static NormalizationKind ReadKind(ContentReader content)
    {
        long start = content.BaseStream.Position;
        if (content.BaseStream.Length - start >= sizeof(int) && content.ReadInt32() == NameFollows)
            return NormalizationKind.Read(content);
        content.BaseStream.Position = start;
        return NormalizationKind.Of(NormalizationMethod.MeanVariance);
    }

    private protected override void Apply(InputNormalization normalization, Span<float> values) => normalization.Normalize(values);

    private protected override string Emit(InputNormalization normalization, IOperatorGraph graph, string values) =>
        normalization.EmitNormalize(graph, values);

    private protected override AnnotationBuilder CreateAnnotations() => new AnnotationBuilder().True(AnnotationKinds.IsNormalized);
}
