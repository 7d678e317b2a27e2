using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Transforms.Tabular;

/// <summary>
/// Makes a <see cref="DatePartsTransformer"/>. What it learns, in one pass, is which dates of a column are placeholders of missing ones
/// (<see cref="PlaceholderDates"/>); a warning names and counts them.
/// </summary>
internal sealed class DatePartsEstimator(IHostEnvironment environment, params InputOutputColumnPair[] pairs)
    : IEstimator<DatePartsTransformer>
{
    private const int MostDays = 10; // that a warning names

    private readonly IHost _host = environment as IHost ?? environment.Register(nameof(DatePartsEstimator));

    public DatePartsTransformer Fit(IDataView input)
    {
        GetOutputSchema(SchemaShapes.Of(input.Schema));
        DataViewSchema.Column[] columns = [.. pairs.Select(pair => input.Schema[pair.InputColumnName])];
        Dictionary<int, long>[] days = CountDays(input, columns);
        var ranges = new TickRange[columns.Length];
        for (int i = 0; i < ranges.Length; i++)
        {
            ranges[i] = columns[i].Type is TimeSpanDataViewType ? TickRange.Spans : PlaceholderDates.RangeOf(days[i].Keys);
            ReportPlaceholders(columns[i].Name, days[i], ranges[i]);
        }

        return new DatePartsTransformer(_host, pairs, ranges);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        foreach (InputOutputColumnPair pair in pairs)
        {
            SchemaShapes.Require(
                _host, inputSchema, "input", SchemaShapes.Scalar(pair.InputColumnName, DateTimeDataViewType.Instance),
                SchemaShapes.Scalar(pair.InputColumnName, DateTimeOffsetDataViewType.Instance),
                SchemaShapes.Scalar(pair.InputColumnName, TimeSpanDataViewType.Instance));
        }

        return SchemaShapes.Extend(inputSchema, pairs.Select(pair => SchemaShapes.Vector(
            pair.OutputColumnName, NumberDataViewType.Single,
            SchemaShapes.Vector(AnnotationKinds.SlotNames, TextDataViewType.Instance))));
    }

    // By column, how many rows have each day, but for the default date, which is missing and no placeholder of anybody's.
    private Dictionary<int, long>[] CountDays(IDataView input, DataViewSchema.Column[] columns)
    {
        Dictionary<int, long>[] days = Array.ConvertAll(columns, _ => new Dictionary<int, long>());
        DataViewSchema.Column[] dates = Array.FindAll(columns, column => column.Type is not TimeSpanDataViewType);
        if (dates.Length == 0)
            return days;
        using DataViewRowCursor cursor = input.Open(dates);
        ValueGetter<DateTime>?[] clocks = Array.ConvertAll(
            columns, column => column.Type is TimeSpanDataViewType ? null : DatePartsTransformer.ClockOf(cursor, column));
        DateTime clock = default;
        while (cursor.MoveNext(_host))
        {
            for (int i = 0; i < columns.Length; i++)
            {
                if (clocks[i] is not { } read)
                    continue;
                read(ref clock);
                int day = DateOnly.FromDateTime(clock).DayNumber;
                if (clock != default)
                    days[i][day] = days[i].GetValueOrDefault(day) + 1;
            }
        }

        return days;
    }

    private void ReportPlaceholders(string name, Dictionary<int, long> days, TickRange range)
    {
        string[] found =
        [
            .. days.Where(day => !range.Contains(day.Key * TimeSpan.TicksPerDay)).OrderBy(day => day.Key)
                .Select(day => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{DateOnly.FromDayNumber(day.Key):yyyy-MM-dd} in {day.Value} {(day.Value == 1 ? "row" : "rows")}")),
        ];
        if (found.Length == 0)
            return;
        string more = found.Length > MostDays ? string.Create(CultureInfo.InvariantCulture, $" and {found.Length - MostDays} days more") : "";
        _host.Warn(
            "Placeholder dates",
            $"Column '{name}' has placeholders among its dates, which count as missing: {string.Join(", ", found.Take(MostDays))}{more}. If they " +
            "are dates, make numbers of the column before.");
    }
}
