using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Splits;

/// <summary>Decides which part each row goes to, in one pass over the columns that this depends on.</summary>
internal sealed class RowAssignment
{
    private const int Parts = 4;

    private readonly IHost _host;
    private readonly IDataView _data;
    private readonly TrainDevTestSplitOptions _options;
    private readonly CounterRandom _random;

    /// <param name="host">Who splits.</param>
    /// <param name="data">The rows.</param>
    /// <param name="options">How; without fault.</param>
    /// <param name="seed">What chance is drawn from.</param>
    public RowAssignment(IHost host, IDataView data, TrainDevTestSplitOptions options, int seed)
    {
        _host = host;
        _data = data;
        _options = options;
        _random = new CounterRandom((ulong)seed);
    }

    /// <summary>The part of each row: (rows).</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or is of another type.</exception>
    /// <exception cref="InvalidOperationException">A part would get no rows.</exception>
    public SplitPart[] Assign()
    {
        SplitPart[] parts = _options.ByContent ? ByContent()
            : _options.TimeColumnName is not null ? ByTime()
            : _options.GroupColumnName is not null ? ByGroup()
            : AtRandom();
        CheckRows(parts);
        return parts;
    }

    private SplitPart[] AtRandom()
    {
        int[] strata = _options.LabelColumnName is null
            ? RowScan.Read<int>(_host, _data, [], _ => () => 0)
            : StrataOf(RowScan.Read(_host, _data, [LabelColumn], OpenLabel));
        int[] sizes = SizesOf(strata.Length);
        int[] rowsOfStratum = CountOf(strata);
        SplitPart[] parts = Draw(strata, PartSizes.OfStrata(sizes, rowsOfStratum, _random.Derive(1)));
        WarnOfMissingStrata(strata, parts, sizes);
        return parts;
    }

    // Row by row: a row goes to a part with the chance that the part has among the rows of the stratum that are still to come.
    private SplitPart[] Draw(int[] strata, int[][] quotas)
    {
        int[] toCome = [.. quotas.Select(quota => quota.Sum())];
        var parts = new SplitPart[strata.Length];
        for (int row = 0; row < parts.Length; row++)
        {
            int[] quota = quotas[strata[row]];
            int place = _random.Below(toCome[strata[row]]--, (ulong)row), part = 0;
            for (; place >= quota[part]; part++)
                place -= quota[part];
            quota[part]--;
            parts[row] = (SplitPart)part;
        }

        return parts;
    }

    private SplitPart[] ByTime()
    {
        DataViewSchema.Column column = ColumnOf(_options.TimeColumnName!, "time");
        TimeOrder? order = TimeOrder.Find(column.Type);
        if (order is null)
        {
            throw _host.WrongColumnType(
                "data", "time", column, "DateTime, DateTimeOffset or a number",
                "convert it with Conversion.ConvertType to DataKind.DateTime");
        }

        long?[] times = RowScan.Read(_host, _data, [column], row => order.Open(row, column));
        if (times.Count(time => time is null) is > 0 and var missing)
        {
            throw _host.Process(new InvalidOperationException(FormattableString.Invariant(
                $"Time column '{column.Name}' has no value in {missing} of {times.Length} rows, so their age is unknown; ")
                + "filter them out first."));
        }

        int[] sizes = SizesOf(times.Length);
        int[] byAge = [.. Enumerable.Range(0, times.Length).OrderBy(row => times[row])]; // stable
        int learned = sizes[(int)SplitPart.Train] + sizes[(int)SplitPart.TrainDev];
        SplitPart[] ofOldest = Draw(new int[learned], [[sizes[(int)SplitPart.Train], sizes[(int)SplitPart.TrainDev], 0, 0]]);
        var parts = new SplitPart[times.Length];
        for (int age = 0; age < byAge.Length; age++)
        {
            parts[byAge[age]] = age < learned ? ofOldest[age]
                : age < learned + sizes[(int)SplitPart.Dev] ? SplitPart.Dev
                : SplitPart.Test;
        }

        return parts;
    }

    private SplitPart[] ByGroup()
    {
        DataViewSchema.Column group = CodedColumnOf(_options.GroupColumnName!, "group");
        (ulong Group, ulong Label)[] rows = _options.LabelColumnName is null
            ? RowScan.Read(_host, _data, [group], row => Open(row, _ => () => 0))
            : RowScan.Read(_host, _data, [group, LabelColumn], row => Open(row, OpenLabel));
        int[] sizes = SizesOf(rows.Length);
        int[] strata = _options.LabelColumnName is null ? new int[rows.Length] : StrataOf(Array.ConvertAll(rows, row => row.Label));
        SplitPart[] parts = GroupAssignment.Assign(Array.ConvertAll(rows, row => row.Group), strata, CountOf(strata), sizes, _random);
        WarnOfMissingStrata(strata, parts, sizes);
        return parts;

        Func<(ulong, ulong)> Open(DataViewRow row, Func<DataViewRow, Func<ulong>> openLabel)
        {
            Func<ulong> code = ValueCodes.Open(row, group), label = openLabel(row);
            return () => (code(), label());
        }
    }

    private SplitPart[] ByContent()
    {
        DataViewSchema.Column[] columns =
            _options.GroupColumnName is { } group ? [CodedColumnOf(group, "group")]
            : _options.ContentColumnNames is { } names ? [.. names.Select(name => CodedColumnOf(name, "content"))]
            : [.. _data.Schema.Where(column => !column.IsHidden).Select(column => CodedColumnOf(column.Name, "content"))];
        Array.Sort(columns, (first, second) => string.CompareOrdinal(first.Name, second.Name));
        double[] fractions = _options.Fractions;
        ulong seed = _random.Key;
        return RowScan.Read<SplitPart>(_host, _data, columns, row =>
        {
            Func<ulong>[] codes = Array.ConvertAll(columns, column => ValueCodes.Open(row, column));
            return () =>
            {
                ulong content = seed;
                foreach (Func<ulong> code in codes)
                    content = ValueCodes.Combine(content, code());
                double place = new CounterRandom(content).Uniform(0);
                int part = Parts - 1;
                for (; part > 0 && place >= fractions[part]; part--)
                    place -= fractions[part];
                return (SplitPart)part;
            };
        });
    }

    private DataViewSchema.Column LabelColumn
    {
        get
        {
            DataViewSchema.Column column = ColumnOf(_options.LabelColumnName!, "label");
            return column.Type is NumberDataViewType or BooleanDataViewType or TextDataViewType or KeyDataViewType ? column
                : throw _host.WrongColumnType(
                    "data", "label", column, "a key, a number, Boolean or String", "name another column");
        }
    }

    private bool IsLabelNumber => LabelColumn.Type is NumberDataViewType;

    private Func<ulong> OpenLabel(DataViewRow row)
    {
        if (!IsLabelNumber)
            return ValueCodes.Open(row, LabelColumn);
        ValueGetter<double> getter = NumberGetters.OfDouble(row, LabelColumn);
        double number = 0;
        return () =>
        {
            getter(ref number);
            return BitConverter.DoubleToUInt64Bits(number);
        };
    }

    private int[] StrataOf(ulong[] labels) => IsLabelNumber
        ? LabelStrata.OfNumbers(Array.ConvertAll(labels, BitConverter.UInt64BitsToDouble), _options.LabelBins)
        : LabelStrata.OfCodes(labels);

    private static int[] CountOf(int[] strata)
    {
        var counts = new int[strata.Length == 0 ? 0 : strata.Max() + 1];
        foreach (int stratum in strata)
            counts[stratum]++;
        return counts;
    }

    private int[] SizesOf(int rows)
    {
        try
        {
            return PartSizes.Of(_options, rows);
        }
        catch (InvalidOperationException exception)
        {
            throw _host.Process(exception);
        }
    }

    private DataViewSchema.Column ColumnOf(string name, string role) =>
        _data.Schema.GetColumnOrNull(name) ?? throw _host.MissingColumn("data", role, name, _data.Schema);

    private DataViewSchema.Column CodedColumnOf(string name, string role)
    {
        DataViewSchema.Column column = ColumnOf(name, role);
        return ValueCodes.Exist(column.Type) ? column
            : throw _host.WrongColumnType(
                "data", role, column, "a key, a number, Boolean, String, a date, or a vector of them", "name another column");
    }

    // By groups and by content, sizes are as they come.
    private void CheckRows(SplitPart[] parts)
    {
        foreach (SplitPart part in Enum.GetValues<SplitPart>())
        {
            if ((part == SplitPart.TrainDev && !_options.HasTrainDev) || Array.IndexOf(parts, part) >= 0)
                continue;
            string remedy = _options.GroupColumnName is null
                ? "use a larger fraction for it, or more rows."
                : $"the groups of column '{_options.GroupColumnName}' are too few or too large; " +
                    "use a larger fraction for it, or more groups.";
            throw _host.Process(new InvalidOperationException(FormattableString.Invariant(
                $"{part} would get none of the {parts.Length} rows; ") + remedy));
        }
    }

    private void WarnOfMissingStrata(int[] strata, SplitPart[] parts, int[] sizes)
    {
        if (_options.LabelColumnName is null)
            return;
        int wanted = sizes.Count(size => size > 0);
        int[] partsOfStratum = CountOf([.. strata.Zip(parts).Distinct().Select(pair => pair.First)]);
        int missing = partsOfStratum.Count(has => has < wanted);
        if (missing == 0)
            return;
        _host.Warn("Splitting", FormattableString.Invariant(
            $"{missing} of {partsOfStratum.Length} labels in column '{_options.LabelColumnName}' have no row in one of the {wanted} parts ")
            + $"or more; use larger parts, or more rows{(_options.GroupColumnName is null ? "" : " and groups")} of them.");
    }
}
