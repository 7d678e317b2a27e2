namespace MLNet.DeepExt.Interop.Training;

/// <summary>
/// Makes changed versions of the values of one column. Each cursor has one of its own, which may therefore own memory to work in.
/// </summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal interface IRowChanger<T>
{
    /// <summary>Writes a changed version of a value: always the same one for the same arguments.</summary>
    /// <param name="row">The row of the value, counted from 0 in the order of the source.</param>
    /// <param name="copy">Which changed version of the row, counted from 1.</param>
    /// <param name="input">The value as it is.</param>
    /// <param name="output">What the reader is given; it may hold a value of his, whose memory can be used again.</param>
    void Change(long row, int copy, in T input, ref T output);
}
