using Microsoft.ML;
using Microsoft.ML.Data;

namespace Synthesis;

/// <summary>A recording of a car: noise of which each value is much like the one before it.</summary>
public sealed class CarNoise
{
    /// <summary>The values, one after the other.</summary>
    [VectorType]
    public float[] Recording { get; set; } = [];

    /// <summary>Recordings of one second, at 4,000 values.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="seed">The same seed gives the same recordings.</param>
    public static IDataView Record(MLContext ml, int seed)
    {
        var random = new Random(seed);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(_ =>
        {
            var values = new float[4000];
            for (int i = 1; i < values.Length; i++)
                values[i] = 0.7f * values[i - 1] + random.NextSingle() - 0.5f;
            return new CarNoise { Recording = values };
        }).ToArray());
    }
}
