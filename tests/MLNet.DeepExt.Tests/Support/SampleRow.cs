namespace MLNet.DeepExt.Tests.Support;

/// <summary>A row of the data that most tests train on: three numbers that tell three colours apart, not without errors.</summary>
public sealed class SampleRow
{
    public float A { get; set; }

    public float B { get; set; }

    public float C { get; set; }

    public string Label { get; set; } = "";

    public static SampleRow[] Generate(int count, int seed)
    {
        string[] labels = ["red", "green", "blue"];
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int label = random.Next(labels.Length);
            return new SampleRow
            {
                A = label + Noise(),
                B = 10 * (label == 1 ? 1 : 0) + 5 * Noise(),
                C = 1000 - 100 * label + 100 * Noise(),
                Label = labels[label],
            };
        })];

        float Noise() => random.NextSingle() + random.NextSingle() - 1;
    }
}
