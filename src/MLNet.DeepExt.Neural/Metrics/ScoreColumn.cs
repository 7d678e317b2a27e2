namespace MLNet.DeepExt.Neural.Metrics;

/// <summary>A column of a <see cref="ScoreTable"/>, read in row order.</summary>
/// <param name="table">The table.</param>
/// <param name="column">The index of the column.</param>
internal sealed class ScoreColumn(ScoreTable table, int column)
{
    private float[] _numbers = [];
    private int _block;
    private int _next;

    /// <summary>The index of the next row.</summary>
    public float Next()
    {
        if (_next >= _numbers.Length)
        {
            _numbers = table.Block(_block++);
            _next = column;
        }

        float number = _numbers[_next];
        _next += table.Width;
        return number;
    }
}
