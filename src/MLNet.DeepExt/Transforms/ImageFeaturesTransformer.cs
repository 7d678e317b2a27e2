using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Transforms;

[assembly: LoadableModel<ImageFeaturesTransformer>]
[assembly: LoadableTransform<ImageFeaturesTransformer>]
[assembly: LoadableMapper<ImageFeaturesTransformer>]

namespace MLNet.DeepExt.Transforms;

/// <summary>
/// Makes features of images, numbers from 0 to 1, as <see cref="ImageFeaturesEstimator"/> describes. Immutable, and safe to use from
/// several threads.
/// </summary>
public sealed class ImageFeaturesTransformer : ColumnTransformer, ILoadableModel<ImageFeaturesTransformer>
{
    private readonly ImageLayout _layout;
    private readonly float _maximum;

    internal ImageFeaturesTransformer(IHost host, InputOutputColumnPair columns, ImageLayout layout, float maximum)
        : base(host, [columns])
    {
        _layout = layout;
        _maximum = maximum;
    }

    static ModelFormat ILoadableModel<ImageFeaturesTransformer>.Format => FileFormat;

    /// <summary>Pixels from top to bottom.</summary>
    public int Height => _layout.Height;

    /// <summary>Pixels from left to right.</summary>
    public int Width => _layout.Width;

    /// <summary>Which numbers stand for a pixel.</summary>
    public ImageColors Colors => _layout.Colors;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXIMAGEF", "DeepExtImageFeatures", "features of images");

    static ImageFeaturesTransformer ILoadableModel<ImageFeaturesTransformer>.Load(IHost host, ContentReader content)
    {
        var options = new ImageFeaturesEstimator.Options
        {
            OutputColumnName = content.ReadString(),
            InputColumnName = content.ReadString(),
            Height = content.ReadInt32(),
            Width = content.ReadInt32(),
            Colors = (ImageColors)content.ReadInt32(),
            Maximum = content.ReadSingle(),
        };
        return options.FindFault() is { } fault
            ? throw new InvalidDataException($"The model file is not valid: {fault.Text}")
            : new ImageFeaturesTransformer(host, options.Columns, options.Layout, options.Maximum);
    }

    /// <summary>The error of a column that is neither of images nor of as many pixels.</summary>
    internal Exception Wrong(DataViewSchema.Column input, string remedy) => Host.WrongColumnType(
        "inputSchema", "input", input, $"MLImage, Vector<Byte, {_layout.Length}> or Vector<Single, {_layout.Length}>", remedy);

    /// <summary>Whether a column is of images, or of as many pixels.</summary>
    internal bool Takes(DataViewType type) => ImageColumns.AreOf(type)
        || (type is VectorDataViewType { Size: var size, ItemType: var item } && size == _layout.Length
            && (item.Equals(NumberDataViewType.Byte) || item.Equals(NumberDataViewType.Single)));

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(Columns[0].OutputColumnName);
        writer.Write(Columns[0].InputColumnName);
        writer.Write(_layout.Height);
        writer.Write(_layout.Width);
        writer.Write((int)_layout.Colors);
        writer.Write(_maximum);
    }

    private protected override ColumnMap Bind(int pair, DataViewSchema.Column input)
    {
        var type = new VectorDataViewType(NumberDataViewType.Single, _layout.Height, _layout.Width, _layout.Channels);
        if (!Takes(input.Type))
            throw Wrong(input, SchemaFaults.AsFitted);
        if (ImageColumns.AreOf(input.Type))
            return new ColumnMap(type, Annotations(), (row, column) => ImagePixels.CreateGetter(row, column, _layout), Emit: null);
        return ((VectorDataViewType)input.Type).ItemType.Equals(NumberDataViewType.Byte)
            ? Map<byte>(type, pixel => pixel)
            : Map<float>(type, pixel => pixel);
    }

    private static DataViewSchema.Annotations Annotations() => new AnnotationBuilder().True(AnnotationKinds.IsNormalized).Build();

    private ColumnMap Map<T>(VectorDataViewType type, Func<T, float> toNumber) => new(
        type,
        Annotations(),
        (row, column) =>
        {
            ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> pixels = default;
            ValueGetter<VBuffer<float>> numbers = (ref VBuffer<float> value) =>
            {
                getter(ref pixels);
                if (VectorLength.FindFault(column.Name, _layout.Length, pixels.Length) is { } fault)
                    throw fault;
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, pixels.Length);
                int slot = 0;
                foreach (T pixel in pixels.DenseValues())
                    editor.Values[slot++] = toNumber(pixel) / _maximum;
                value = editor.Commit();
            };
            return numbers;
        },
        Emit);

    private string Emit(IOperatorGraph graph, string pixels)
    {
        string numbers = graph.Operator("Cast", [pixels], [new OperatorAttribute("to", typeof(float))]);
        return graph.Operator("Div", [numbers, graph.Constant("maximum", [_maximum], 1)]);
    }
}
