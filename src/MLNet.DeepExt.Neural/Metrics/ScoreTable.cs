namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>
/// A table of numbers in blocks that are never moved: 4 bytes each, and at most one block in reserve. The last columns of all rows
/// can be dropped.
/// </summary>
/// <param name="width">The number of columns.</param>
internal sealed class ScoreTable(int width)
{
    private const int LargestBlock = 1 << 16; // numbers, unless a single row has more
    private const int FirstRows = 16;

    private readonly List<float[]> _blocks = []; // [block]: (rows, width), all full but the last
    private int _used; // the number of rows of the last block

    /// <summary>The number of columns.</summary>
    public int Width { get; private set; } = width;

    /// <summary>The number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Adds a row and returns it for writing.</summary>
    public Span<float> Add()
    {
        if (_blocks.Count == 0 || (_used + 1) * Width > _blocks[^1].Length)
        {
            int rows = _blocks.Count == 0 ? FirstRows : Math.Max(1, 2 * (_blocks[^1].Length / Width));
            _blocks.Add(new float[Math.Clamp(rows, 1, Math.Max(1, LargestBlock / Width)) * Width]);
            _used = 0;
        }

        Rows++;
        return _blocks[^1].AsSpan(_used++ * Width, Width);
    }

    /// <summary>Returns a column for reading.</summary>
    public ScoreColumn Column(int column) => new(this, column);

    /// <summary>A block: (rows, <see cref="Width"/>), whose last rows may be unused.</summary>
    public float[] Block(int index) => _blocks[index];

    /// <summary>Drops all columns from one on.</summary>
    public void Narrow(int columns)
    {
        for (int block = 0; block < _blocks.Count; block++)
        {
            float[] wide = _blocks[block];
            int rows = block == _blocks.Count - 1 ? _used : wide.Length / Width;
            var narrow = new float[rows * columns];
            for (int i = 0; i < rows; i++)
                wide.AsSpan(i * Width, columns).CopyTo(narrow.AsSpan(i * columns));
            _blocks[block] = narrow;
        }

        Width = columns;
    }
}
