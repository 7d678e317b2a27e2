using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Transforms;

[assembly: LoadableModel<NormalizeInputsTransformer>]

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Brings every slot of its input columns to mean 0 and variance 1: y = (x - μ) / σ, with the μ and σ of the training data.
/// Made by <see cref="NormalizeInputsEstimator"/>.
/// </summary>
public sealed class NormalizeInputsTransformer : ColumnTransformer, ILoadableModel<NormalizeInputsTransformer>
{
    internal const string InputTypes = "Single or known-size vector of Single";

    internal static readonly string[] KeptAnnotations = [AnnotationKinds.SlotNames, AnnotationKinds.CategoricalSlotRanges];

    // Bytes in a file: the lengths of two names, and a number of slots.
    private const int SmallestPair = sizeof(byte) + sizeof(byte) + sizeof(int);

    private readonly InputMoments[] _moments;

    internal NormalizeInputsTransformer(IHost host, IReadOnlyList<InputOutputColumnPair> columns, InputMoments[] moments)
        : base(host, columns)
    {
        _moments = moments;
    }

    static ModelFormat ILoadableModel<NormalizeInputsTransformer>.Format => FileFormat;

    /// <summary>What was learned, in the order of <see cref="ColumnTransformer.Columns"/>.</summary>
    public IReadOnlyList<InputMoments> Moments => _moments;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXNORMIN", "DeepExtNormalizeInputs", "normalization of inputs");

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
            _moments[i].Save(writer);
        }
    }

    static NormalizeInputsTransformer ILoadableModel<NormalizeInputsTransformer>.Load(IHost host, BinaryReader content)
    {
        var columns = new InputOutputColumnPair[content.ReadCount("pairs of columns", SmallestPair)];
        var moments = new InputMoments[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = new InputOutputColumnPair(content.ReadString(), content.ReadString());
            moments[i] = InputMoments.Load(content);
        }

        return new NormalizeInputsTransformer(host, columns, moments);
    }

    private protected override ColumnMap Bind(int pair, DataViewSchema.Column input)
    {
        InputMoments moments = _moments[pair];
        DataViewType itemType = input.Type is VectorDataViewType vector ? vector.ItemType : input.Type;
        if (!itemType.Equals(NumberDataViewType.Single) || NormalizeInputsEstimator.SlotCount(input.Type) != moments.Length)
            throw Host.WrongColumnType("inputSchema", "input", input.Name, ExpectedType(moments), input.Type.ToString());

        AnnotationBuilder annotations = KeptAnnotations.Aggregate(
            new AnnotationBuilder().True(AnnotationKinds.IsNormalized), (builder, kind) => builder.CopyIfAny(input, kind));

        return new ColumnMap(
            input.Type,
            annotations.Build(),
            (row, column) => input.Type is VectorDataViewType ? CreateVectorGetter(row, column, moments) : CreateScalarGetter(row, column, moments),
            moments.Describe);
    }

    private static string ExpectedType(InputMoments moments) =>
        moments.Length == 1 ? "Single or Vector<Single, 1>" : $"Vector<Single, {moments.Length}>";

    private static ValueGetter<float> CreateScalarGetter(DataViewRow row, DataViewSchema.Column column, InputMoments moments)
    {
        ValueGetter<float> getter = row.GetGetter<float>(column);
        return (ref float value) =>
        {
            getter(ref value);
            value = moments.Normalize(0, value);
        };
    }

    private static ValueGetter<VBuffer<float>> CreateVectorGetter(DataViewRow row, DataViewSchema.Column column, InputMoments moments)
    {
        ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> input = default;
        return (ref VBuffer<float> value) =>
        {
            getter(ref input);
            CheckLength(input.Length, column);
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, input.Length);
            input.CopyTo(editor.Values);
            moments.Normalize(editor.Values);
            value = editor.Commit();
        };
    }
}
