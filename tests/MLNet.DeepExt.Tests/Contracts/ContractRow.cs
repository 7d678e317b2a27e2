using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Contracts;

/// <summary>A row with a column of every type that an estimator of the package takes, and one that none takes.</summary>
public sealed class ContractRow
{
    private const int Classes = 3;
    private const uint BeyondKeys = Classes;

    [VectorType(3)]
    public float[] Features { get; set; } = [];

    [VectorType(12)]
    public byte[] Pixels { get; set; } = [];

    [VectorType(2, 2, 1)]
    public float[] Picture { get; set; } = [];

    public float Age { get; set; }

    public double Gaps { get; set; }

    public int Children { get; set; }

    public DateTime Born { get; set; }

    public DateTimeOffset Seen { get; set; }

    public TimeSpan Took { get; set; }

    public string City { get; set; } = "";

    public bool Yes { get; set; }

    /// <summary>From 0 on, as ML.NET reads keys of objects: what is not below the number of keys is missing.</summary>
    [KeyType(Classes)]
    public uint Class { get; set; }

    public float Target { get; set; }

    [VectorType(2)]
    public float[] Targets { get; set; } = [];

    [VectorType(3)]
    public float[] Flags { get; set; } = [];

    [VectorType(3)]
    public bool[] Answers { get; set; } = [];

    public float Weight { get; set; } = 1;

    [VectorType(2)]
    public string[] Words { get; set; } = ["a", "b"];

    /// <summary>Rows with labels, or without any where <paramref name="lacksLabel"/> says so.</summary>
    public static ContractRow[] Generate(int count, Predicate<int> lacksLabel)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            float a = Noise(), b = Noise(), c = Noise();
            float missing = lacksLabel(i) ? float.NaN : 0;
            return new ContractRow
            {
                Features = [a, b, c],
                Pixels = [.. Enumerable.Range(0, 12).Select(_ => (byte)random.Next(256))],
                Picture = [a * a, b * b, c * c, 1],
                Age = 20 + 50 * random.NextSingle(),
                Gaps = i % 5 == 2 ? double.NaN : random.NextDouble(),
                Children = random.Next(4),
                Born = i % 9 == 4 ? default : new DateTime(1980, 1, 2).AddDays(40.7 * i),
                Seen = new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.FromHours(i % 5 - 2)).AddHours(31 * i),
                Took = TimeSpan.FromMinutes(17 * i),
                City = lacksLabel(i) ? "" : new[] { "Paris", "Rome", "İzmir" }[i % 3],
                Yes = a + b > 0,
                Class = lacksLabel(i) ? BeyondKeys : (uint)random.Next(Classes),
                Target = missing + 100 * a - b,
                Targets = [missing + a, missing + b - c],
                Flags = [missing + (a > 0 ? 1 : 0), missing + (b > 0 ? 1 : 0), missing + (c > 0 ? 1 : 0)],
                Answers = [a > 0, b > 0, c > 0],
                Weight = 0.5f + random.NextSingle(),
            };
        })];

        float Noise() => 2 * random.NextSingle() - 1;
    }

    /// <summary>
    /// The rows as a data view, with two columns more: Species, keys that stand for texts, and Mixed, numbers beside slots of categories.
    /// </summary>
    public static IDataView Load(MLContext context, int count = 60, Predicate<int>? lacksLabel = null, Predicate<int>? leavesOut = null)
    {
        IDataView rows = context.Data.LoadFromEnumerable(
            Generate(count, lacksLabel ?? (_ => false)).Where((_, row) => leavesOut?.Invoke(row) != true).ToArray());
        IDataView all = context.Data.LoadFromEnumerable(Generate(3, _ => false)); // all keys, whatever labels the rows lack
        return context.Transforms.Conversion.MapValueToKey("Species", "City")
            .Append(context.Transforms.Categorical.OneHotEncoding("CityOneHot", "City"))
            .Append(context.Transforms.Concatenate("Mixed", "Age", "CityOneHot", "Features"))
            .Append(context.Transforms.DropColumns("CityOneHot"))
            .Fit(all).Transform(rows);
    }
}
