using Microsoft.ML.Data;

/// <summary>A row of 512 bytes of features.</summary>
internal sealed class GeneratedRow
{
    public const int Width = 128;

    [KeyType(2)]
    public uint Label { get; set; }

    [VectorType(Width)]
    public float[] Features { get; } = new float[Width];

    /// <summary>The same rows each time that they are enumerated, all in one object, so that making them takes no memory.</summary>
    public static IEnumerable<GeneratedRow> Generate(int count)
    {
        var row = new GeneratedRow();
        uint state = 1;
        for (int i = 0; i < count; i++)
        {
            row.Label = (uint)i % 2;
            for (int j = 0; j < Width; j++)
            {
                state = 1664525 * state + 1013904223; // D. E. Knuth and H. W. Lewis
                row.Features[j] = (state >> 8) / (float)(1 << 24) + (j == 0 ? row.Label : 0);
            }

            yield return row;
        }
    }
}
