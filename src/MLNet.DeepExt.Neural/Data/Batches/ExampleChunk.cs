namespace MLNet.DeepExt.Neural.Data;

/// <summary>A chunk of rows of a stream, passed from the reading thread to the training thread.</summary>
internal sealed class ExampleChunk(int capacity, int width, int targetWidth)
{
    private readonly float[] _features = new float[capacity * width]; // (capacity, width)

    /// <summary>(capacity): the target of each row.</summary>
    public TargetRows Targets { get; } = TargetRows.Allocate(capacity, targetWidth);

    /// <summary>(capacity): the weight of each row.</summary>
    public float[] Weights { get; } = new float[capacity];

    /// <summary>(capacity): the number of each row in the stream.</summary>
    public long[] RowIds { get; } = new long[capacity];

    /// <summary>The number of rows in use.</summary>
    public int Count { get; private set; }

    /// <summary>The features of a row: (width).</summary>
    public Span<float> Features(int row) => _features.AsSpan(row * width, width);

    /// <summary>Reads the next rows, at most the capacity.</summary>
    /// <returns>True if there may be more rows.</returns>
    public bool Fill(ExamplePass pass, Func<bool> isStopping)
    {
        for (Count = 0; Count < capacity; Count++)
        {
            if (isStopping() || !pass.MoveNext())
                return false;
            pass.CopyFeatures(Features(Count));
            Targets.Read(Count, pass);
            Weights[Count] = pass.Weight;
            RowIds[Count] = pass.RowId;
        }

        return true;
    }
}
