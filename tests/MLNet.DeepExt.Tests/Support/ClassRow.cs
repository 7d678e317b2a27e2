using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>A row of a class, with labels of three types and columns beside them.</summary>
public sealed class ClassRow
{
    /// <summary>The class, counted from 0; <see cref="uint.MaxValue"/> for a missing key.</summary>
    [KeyType(4)]
    public uint Label { get; set; }

    public string Text { get; set; } = "";

    public bool IsRare { get; set; }

    public int Number { get; set; }

    public float Weight { get; set; }

    [VectorType(3)]
    public float[] Features { get; set; } = [];

    /// <summary>Rows of class 1, 2, …, as many as <paramref name="counts"/> says, in an order of chance.</summary>
    public static ClassRow[] Generate(int seed, params int[] counts)
    {
        var random = new Random(seed);
        ClassRow[] rows = [.. counts.SelectMany((count, i) => Enumerable.Range(0, count).Select(_ => new ClassRow
        {
            Label = (uint)i, // ML.NET makes key i + 1 of it
            Text = $"class {i + 1}",
            IsRare = i > 0,
            Features = [i + random.NextSingle(), 10 * random.NextSingle(), random.NextSingle() - i],
        }))];
        random.Shuffle(rows);
        for (int i = 0; i < rows.Length; i++)
            (rows[i].Number, rows[i].Weight) = (i, i / 4f);
        return rows;
    }

    /// <summary>The rows, with labels as in <see cref="Generate"/>.</summary>
    public static ClassRow[] Read(MLContext context, IDataView data)
    {
        ClassRow[] rows = [.. context.Data.CreateEnumerable<ClassRow>(data, reuseRowObject: false)];
        foreach (ClassRow row in rows)
            row.Label--;
        return rows;
    }
}
