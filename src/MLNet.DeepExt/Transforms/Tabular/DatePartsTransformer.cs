using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Transforms.Tabular;

[assembly: LoadableModel<DatePartsTransformer>]

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>
/// Makes numbers of dates: days since 2000, and sine and cosine of the place in the year, the week and the day; and of spans of time their
/// length in days. A date with an offset is read by its clock, but for the days since 2000, which are those of universal time.
/// </summary>
internal sealed class DatePartsTransformer(IHost host, IReadOnlyList<InputOutputColumnPair> columns)
    : ColumnTransformer(host, columns), ILoadableModel<DatePartsTransformer>
{
    private static readonly string[] SpanNames = ["days"];

    private delegate void Writer<T>(T value, Span<float> numbers);

    static ModelFormat ILoadableModel<DatePartsTransformer>.Format => FileFormat;

    private protected override ModelFormat Format => FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXDATEPT", "DeepExtDateParts", "parts of dates");

    static DatePartsTransformer ILoadableModel<DatePartsTransformer>.Load(IHost host, BinaryReader content) =>
        new(host, [new InputOutputColumnPair(content.ReadString(), content.ReadString())]);

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(Columns[0].OutputColumnName);
        writer.Write(Columns[0].InputColumnName);
    }

    private protected override ColumnMap Bind(int pair, DataViewSchema.Column input) => input.Type switch
    {
        DateTimeDataViewType => Map<DateTime>(DateParts.Names, (value, numbers) => DateParts.Write(value, value, numbers)),
        DateTimeOffsetDataViewType =>
            Map<DateTimeOffset>(DateParts.Names, (value, numbers) => DateParts.Write(value.DateTime, value.UtcDateTime, numbers)),
        TimeSpanDataViewType => Map<TimeSpan>(SpanNames, (value, numbers) => numbers[0] = (float)value.TotalDays),
        _ => throw Host.WrongColumnType("inputSchema", "input", input.Name, "DateTime, DateTimeOffset or TimeSpan", input.Type.ToString()),
    };

    // ONNX has no type for dates.
    private static ColumnMap Map<T>(IReadOnlyList<string> names, Writer<T> write) => new(
        new VectorDataViewType(NumberDataViewType.Single, names.Count),
        new AnnotationBuilder().Texts(AnnotationKinds.SlotNames, [.. names]).Build(),
        (row, column) =>
        {
            ValueGetter<T> getter = row.GetGetter<T>(column);
            T date = default!;
            ValueGetter<VBuffer<float>> numbers = (ref VBuffer<float> value) =>
            {
                getter(ref date);
                VBufferEditor<float> editor = VBufferEditor.Create(ref value, names.Count);
                write(date, editor.Values);
                value = editor.Commit();
            };
            return numbers;
        },
        Describe: null);
}
