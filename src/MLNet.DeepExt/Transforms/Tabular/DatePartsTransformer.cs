using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Transforms.Tabular;

[assembly: LoadableModel<DatePartsTransformer>]
[assembly: LoadableTransform<DatePartsTransformer>]
[assembly: LoadableMapper<DatePartsTransformer>]

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>
/// Makes numbers of dates: days since 2000, and sine and cosine of the place in the year, the week and the day; and of spans of time their
/// length in days. A date with an offset is read by its clock, but for the days since 2000, which are those of universal time. What lies
/// outside the range of its column is missing, and becomes NaN.
/// </summary>
internal sealed class DatePartsTransformer(IHost host, IReadOnlyList<InputOutputColumnPair> columns, IReadOnlyList<TickRange>? ranges)
    : ColumnTransformer(host, columns), ILoadableModel<DatePartsTransformer>
{
    // In a file of version 2, where version 1 has the name of its one output.
    private const string ColumnsFollow = "";

    // Bytes in a file: the lengths of two names, and a range.
    private const int SmallestColumn = 2 * sizeof(byte) + 2 * sizeof(long);

    private static readonly string[] SpanNames = ["days"];

    private delegate void Writer<T>(T value, Span<float> numbers);

    static ModelFormat ILoadableModel<DatePartsTransformer>.Format => FileFormat;

    /// <summary>What is not missing, in the order of the columns: ticks of clocks, or of spans; null in a model of version 1.</summary>
    public IReadOnlyList<TickRange>? Ranges { get; } = ranges;

    // Version 1 had one column, and learned nothing of it.
    private protected override ModelFormat Format => Ranges is null ? FileFormat with { Version = 1 } : FileFormat;

    private static ModelFormat FileFormat { get; } = new("DXDATEPT", "DeepExtDateParts", "parts of dates", Version: 2);

    static DatePartsTransformer ILoadableModel<DatePartsTransformer>.Load(IHost host, ContentReader content)
    {
        string first = content.ReadString();
        if (first != ColumnsFollow)
            return new DatePartsTransformer(host, [new InputOutputColumnPair(first, content.ReadString())], ranges: null);
        var columns = new InputOutputColumnPair[content.ReadCount("columns of dates", SmallestColumn, bytesInMemory: 256)];
        var ranges = new TickRange[columns.Length];
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i] = new InputOutputColumnPair(content.ReadString(), content.ReadString());
            ranges[i] = new TickRange(content.ReadInt64(), content.ReadInt64());
            if (ranges[i].First > ranges[i].Last)
            {
                throw new InvalidDataException(
                    $"The model file has dates of column '{columns[i].InputColumnName}' from tick {ranges[i].First} to tick {ranges[i].Last}, "
                    + "of which there are none; the file is damaged or changed.");
            }
        }

        return new DatePartsTransformer(host, columns, ranges);
    }

    /// <summary>What clock and calendar show, of a column of dates with or without an offset.</summary>
    internal static ValueGetter<DateTime> ClockOf(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is DateTimeDataViewType)
            return row.GetGetter<DateTime>(column);
        ValueGetter<DateTimeOffset> getter = row.GetGetter<DateTimeOffset>(column);
        DateTimeOffset date = default;
        return (ref DateTime clock) =>
        {
            getter(ref date);
            clock = date.DateTime;
        };
    }

    private protected override void SaveContent(BinaryWriter writer)
    {
        if (Ranges is null)
        {
            writer.Write(Columns[0].OutputColumnName);
            writer.Write(Columns[0].InputColumnName);
            return;
        }

        writer.Write(ColumnsFollow);
        writer.Write(Columns.Count);
        for (int i = 0; i < Columns.Count; i++)
        {
            writer.Write(Columns[i].OutputColumnName);
            writer.Write(Columns[i].InputColumnName);
            writer.Write(Ranges[i].First);
            writer.Write(Ranges[i].Last);
        }
    }

    private protected override ColumnMap Bind(int pair, DataViewSchema.Column input)
    {
        TickRange range = Ranges?[pair] ?? (input.Type is TimeSpanDataViewType ? TickRange.SpansOfVersion1 : TickRange.DatesOfVersion1);
        return input.Type switch
        {
            DateTimeDataViewType => Map<DateTime>(
                DateParts.Names,
                date => range.Contains(date.Ticks),
                (date, numbers) => DateParts.Write(date, date, numbers),
                (graph, ticks) => Masked(graph, range, ticks, DateParts.Emit(graph, ticks, ticks))),
            DateTimeOffsetDataViewType => Map<DateTimeOffset>(
                DateParts.Names,
                date => range.Contains(date.Ticks),
                (date, numbers) => DateParts.Write(date.DateTime, date.UtcDateTime, numbers),
                (graph, ticks) => EmitWithOffset(graph, range, ticks)),
            TimeSpanDataViewType => Map<TimeSpan>(
                SpanNames,
                span => range.Contains(span.Ticks),
                (span, numbers) => numbers[0] = (float)span.TotalDays,
                (graph, ticks) => Masked(graph, range, ticks, DateParts.ToSingle(graph, DateParts.EmitDays(graph, ticks)))),
            _ => throw Host.WrongColumnType(
                "inputSchema", "input", input, "DateTime, DateTimeOffset or TimeSpan", SchemaFaults.AsFitted),
        };
    }

    // Two columns of ticks: of the clock, and of universal time.
    private static string EmitWithOffset(IOperatorGraph graph, TickRange range, string ticks)
    {
        string clock = Column(0);
        return Masked(graph, range, clock, DateParts.Emit(graph, clock, Column(1)));

        string Column(long index) =>
            graph.Operator("Gather", [ticks, graph.Constant("column", index)], [new OperatorAttribute("axis", 1L)]);
    }

    // NaN where the ticks, (rows, 1), lie outside the range.
    private static string Masked(IOperatorGraph graph, TickRange range, string ticks, string numbers)
    {
        string isBefore = graph.Operator("Less", [ticks, graph.Constant("first", range.First)]);
        string isAfter = graph.Operator("Greater", [ticks, graph.Constant("last", range.Last)]);
        return graph.Operator("Where", [graph.Operator("Or", [isBefore, isAfter]), graph.Constant("missing", [float.NaN], 1), numbers]);
    }

    // In ONNX, which has no type for dates, they are ticks.
    private static ColumnMap Map<T>(
        IReadOnlyList<string> names, Predicate<T> isValue, Writer<T> write, Func<IOperatorGraph, string, string> emit) => new(
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
                if (isValue(date))
                    write(date, editor.Values);
                else
                    editor.Values.Fill(float.NaN);
                value = editor.Commit();
            };
            return numbers;
        },
        emit);
}
