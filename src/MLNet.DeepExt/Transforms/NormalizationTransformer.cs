using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Transforms.Normalization;

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// What <see cref="NormalizeInputsTransformer"/> and its inverse have in common. Immutable, and safe to use from several threads.
/// </summary>
public abstract class NormalizationTransformer : ColumnTransformer
{
    internal const string InputTypes = "Single or known-size vector of Single";

    internal static readonly string[] KeptAnnotations = [AnnotationKinds.SlotNames, AnnotationKinds.CategoricalSlotRanges];

    // Bytes in a file: the lengths of two names, and a number of slots.
    private const int SmallestPair = sizeof(byte) + sizeof(byte) + sizeof(int);

    private readonly InputNormalization[] _normalizations;

    private protected NormalizationTransformer(
        IHost host, IReadOnlyList<InputOutputColumnPair> columns, NormalizationMethod method, InputNormalization[] normalizations)
        : base(host, columns)
    {
        Method = method;
        _normalizations = normalizations;
    }

    /// <summary>How the columns are normalized.</summary>
    public NormalizationMethod Method { get; }

    /// <summary>What was learned, in the order of <see cref="ColumnTransformer.Columns"/>.</summary>
    public IReadOnlyList<InputNormalization> Normalizations => _normalizations;

    /// <summary>Reads what <see cref="SaveContent"/> writes.</summary>
    private protected static (InputOutputColumnPair[] Columns, InputNormalization[] Normalizations) LoadColumns(
        NormalizationKind kind, ContentReader content)
    {
        var columns = new InputOutputColumnPair[content.ReadCount("pairs of columns", SmallestPair, bytesInMemory: 256)];
        var normalizations = new InputNormalization[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = new InputOutputColumnPair(content.ReadString(), content.ReadString());
            normalizations[i] = kind.Load(content);
        }

        return (columns, normalizations);
    }

    internal static void CheckLength(int length, DataViewSchema.Column column)
    {
        if (VectorLength.FindFault(column.Name, NormalizeInputsEstimator.SlotCount(column.Type), length) is { } fault)
            throw fault;
    }

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(Columns.Count);
        for (int i = 0; i < Columns.Count; i++)
        {
            writer.Write(Columns[i].OutputColumnName);
            writer.Write(Columns[i].InputColumnName);
            _normalizations[i].Save(writer);
        }
    }

    /// <summary>values: (slots), in place.</summary>
    private protected abstract void Apply(InputNormalization normalization, Span<float> values);

    private protected abstract string Emit(InputNormalization normalization, IOperatorGraph graph, string values);

    /// <summary>The annotations of an output, but for those that are kept of its input.</summary>
    private protected abstract AnnotationBuilder CreateAnnotations();

    private protected sealed override ColumnMap Bind(int pair, DataViewSchema.Column input)
    {
        InputNormalization normalization = _normalizations[pair];
        DataViewType itemType = input.Type is VectorDataViewType vector ? vector.ItemType : input.Type;
        if (!itemType.Equals(NumberDataViewType.Single) || NormalizeInputsEstimator.SlotCount(input.Type) != normalization.SlotCount)
        {
            throw Host.WrongColumnType(
                "inputSchema", "input", input, ExpectedType(normalization), SchemaFaults.AsFitted);
        }

        return new ColumnMap(
            input.Type,
            KeptAnnotations.Aggregate(CreateAnnotations(), (builder, kind) => builder.CopyIfAny(input, kind)).Build(),
            (row, column) => input.Type is VectorDataViewType
                ? CreateVectorGetter(row, column, normalization)
                : CreateScalarGetter(row, column, normalization),
            (graph, values) => Emit(normalization, graph, values));
    }

    private static string ExpectedType(InputNormalization normalization) =>
        normalization.SlotCount == 1 ? "Single or Vector<Single, 1>" : $"Vector<Single, {normalization.SlotCount}>";

    private ValueGetter<float> CreateScalarGetter(DataViewRow row, DataViewSchema.Column column, InputNormalization normalization)
    {
        ValueGetter<float> getter = row.GetGetter<float>(column);
        return (ref float value) =>
        {
            getter(ref value);
            Apply(normalization, new Span<float>(ref value));
        };
    }

    private ValueGetter<VBuffer<float>> CreateVectorGetter(DataViewRow row, DataViewSchema.Column column, InputNormalization normalization)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> input = default;
        return (ref VBuffer<float> value) =>
        {
            getter(ref input);
            CheckLength(input.Length, column);
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, input.Length);
            input.CopyTo(editor.Values);
            Apply(normalization, editor.Values);
            value = editor.Commit();
        };
    }
}
