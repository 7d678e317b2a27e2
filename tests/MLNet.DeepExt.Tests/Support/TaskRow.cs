using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>A row with three features and a label of every form, all of which depend on the features, not without errors.</summary>
public sealed class TaskRow
{
    public float A { get; set; }

    public float B { get; set; }

    public float C { get; set; }

    public float Weight { get; set; } = 1;

    public bool Yes { get; set; }

    [KeyType(3)]
    public uint Class { get; set; }

    public float Number { get; set; }

    [VectorType(2)]
    public float[] Numbers { get; set; } = [];

    [VectorType(3)]
    public float[] Flags { get; set; } = [];

    [VectorType(3)]
    public bool[] Answers { get; set; } = [];

    public static TaskRow[] Generate(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float a = Noise(), b = Noise(), c = Noise();
            bool[] answers = [a + Noise() / 4 > 0, b + Noise() / 4 > 0, a * c + Noise() / 8 > 0];
            return new TaskRow
            {
                A = 100 * a,
                B = b,
                C = c + 5,
                Weight = 0.5f + random.NextSingle(),
                Yes = a + b + Noise() / 4 > 0,
                Class = a + b > 0.5f ? 0u : a - b > 0 ? 1u : 2u,
                Number = 1000 + 200 * a - 100 * b * c + 10 * Noise(),
                Numbers = [3 + a + b + Noise() / 10, -500 + 100 * c * a + 5 * Noise()],
                Flags = [.. answers.Select(answer => random.Next(10) == 0 ? float.NaN : answer ? 1 : 0)],
                Answers = answers,
            };
        })];

        float Noise() => 2 * random.NextSingle() - 1;
    }

    /// <summary>The rows with the column Features, normalized.</summary>
    public static IDataView Prepare(MLContext context, IEnumerable<TaskRow> rows)
    {
        IDataView data = context.Data.LoadFromEnumerable(rows);
        return Preparation(context).Fit(data).Transform(data);
    }

    public static IEstimator<ITransformer> Preparation(MLContext context) =>
        context.Transforms.Concatenate("Features", "A", "B", "C").Append(context.Transforms.NormalizeInputs("Features"));
}
