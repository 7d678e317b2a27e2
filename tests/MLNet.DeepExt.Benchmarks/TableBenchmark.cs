using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Benchmarks.Measuring;

namespace MLNet.DeepExt.Benchmarks;

/// <summary>
/// What a table costs by the number of its columns: TabularFeatures beside Concatenate and NormalizeInputs, both of which make the same
/// features of numbers without gaps; and LoadTable beside ML.NET's text loader. In turn.
/// </summary>
internal static class TableBenchmark
{
    private const int Rows = 2000;

    private static readonly int[] ColumnCounts = [50, 400, 784];

    public static void Run(int rounds)
    {
        foreach (int columns in ColumnCounts)
        {
            string path = Path.GetTempFileName();
            try
            {
                Write(path, columns);
                Measure(path, columns, rounds);
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    private static void Measure(string path, int columns, int rounds)
    {
        var ml = new MLContext(seed: 1);
        IDataView rows = ml.Data.Cache(ml.Data.LoadTable(path));
        string[] names = [.. rows.Schema.Select(column => column.Name)];
        var tabular = ml.Transforms.TabularFeatures(inputColumnNames: names);
        var plain = ml.Transforms.Concatenate("Features", names).Append(ml.Transforms.NormalizeInputs("Features"));
        ITransformer tabularModel = tabular.Fit(rows), plainModel = plain.Fit(rows);
        TextLoader loader = ml.Data.CreateTextLoader(
            [.. names.Select((name, column) => new TextLoader.Column(name, DataKind.Single, column))], separatorChar: ',', hasHeader: true);

        var figures = new Medians();
        figures.Add("Concatenate + NormalizeInputs, fitted", () => Timing.SecondsOf(() => plain.Fit(rows)));
        figures.Add("TabularFeatures, fitted", () => Timing.SecondsOf(() => tabular.Fit(rows)));
        figures.Add("Concatenate + NormalizeInputs, read", () => Timing.SecondsOf(() => Read(plainModel.Transform(rows), "Features")));
        figures.Add("TabularFeatures, read", () => Timing.SecondsOf(() => Read(tabularModel.Transform(rows), "Features")));
        figures.Add("text loader, types given, read", () => Timing.SecondsOf(() => Read(loader.Load(path), names)));
        figures.Add("LoadTable, types found, read", () => Timing.SecondsOf(() => Read(ml.Data.LoadTable(path), names)));
        figures.Measure(rounds);

        Medians.WriteLine($"{columns} columns of numbers, {Rows} rows:");
        double before = 0;
        int figure = 0;
        foreach ((string name, double median, double least, double most) in figures.Results)
        {
            before = figure++ % 2 == 0 ? median : before;
            Medians.WriteLine(
                $"  {name,-38} {1000 * median,9:0.0} ms, {1000 * least:0.0} to {1000 * most:0.0}, {median / before:0.00} times as long");
        }
    }

    private static void Write(string path, int columns)
    {
        var random = new Random(1);
        using var writer = new StreamWriter(path);
        writer.WriteLine(string.Join(',', Enumerable.Range(0, columns).Select(column => $"C{column}")));
        for (int row = 0; row < Rows; row++)
        {
            writer.WriteLine(string.Join(
                ',', Enumerable.Range(0, columns).Select(column => FormattableString.Invariant($"{(column + 1) * random.NextSingle():0.0000}"))));
        }
    }

    private static void Read(IDataView data, string column)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema[column]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(data.Schema[column]);
        VBuffer<float> value = default;
        while (cursor.MoveNext())
            getter(ref value);
    }

    private static void Read(IDataView data, string[] columns)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(columns.Select(column => data.Schema[column]));
        ValueGetter<float>[] getters = [.. columns.Select(column => cursor.GetGetter<float>(data.Schema[column]))];
        float value = 0;
        while (cursor.MoveNext())
        {
            foreach (ValueGetter<float> getter in getters)
                getter(ref value);
        }
    }
}
