using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Splits;

/// <summary>A row with all that splits go by.</summary>
public sealed class SplitRow
{
    public int Id { get; set; }

    public float Number { get; set; }

    public string Label { get; set; } = "";

    public bool Flag { get; set; }

    public string Group { get; set; } = "";

    public DateTime Time { get; set; }

    public DateTimeOffset OffsetTime { get; set; }

    [VectorType(3)]
    public float[] Features { get; set; } = new float[3];

    /// <summary>Rows of three labels and of groups of 1 to 7 rows, in no order of time.</summary>
    public static SplitRow[] Rows(int count, int seed = 1)
    {
        var random = new Random(seed);
        int group = 0, left = 0;
        return [.. Enumerable.Range(0, count).Select(id =>
        {
            if (left-- == 0)
                (group, left) = (group + 1, random.Next(7));
            DateTime time = new DateTime(2020, 1, 1).AddMinutes(random.Next(1_000_000));
            return new SplitRow
            {
                Id = id,
                Number = random.NextSingle(),
                Label = random.Next(10) switch { 0 => "rare", < 4 => "some", _ => "often" },
                Flag = random.Next(4) == 0,
                Group = $"group {group}",
                Time = time,
                OffsetTime = new DateTimeOffset(time, TimeSpan.FromHours(random.Next(-3, 4))),
                Features = [random.NextSingle(), random.Next(2), -random.NextSingle()],
            };
        })];
    }

    public static IDataView Load(MLContext context, IEnumerable<SplitRow> rows) => context.Data.LoadFromEnumerable(rows.ToArray());

    public static SplitRow[] Read(MLContext context, IDataView data) =>
        [.. context.Data.CreateEnumerable<SplitRow>(data, reuseRowObject: false)];
}
