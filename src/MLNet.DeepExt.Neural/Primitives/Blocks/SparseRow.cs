using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>Validates and expands sparse rows.</summary>
internal static class SparseRow
{
    /// <summary>Throws an <see cref="ArgumentException"/> if a row is not valid.</summary>
    /// <param name="row">The number of the row, for the message.</param>
    /// <param name="width">The number of elements of a row, including zeros.</param>
    /// <param name="columns">(entries): must be ascending, from 0 to width - 1, each once.</param>
    /// <param name="values">The number of values.</param>
    public static void Require(int row, int width, ReadOnlySpan<int> columns, int values)
    {
        if (columns.Length != values)
        {
            throw new ArgumentException(
                $"Row {row} has {columns.Length} columns but {values} values; give one value per column.", nameof(columns));
        }

        int before = -1;
        foreach (int column in columns)
        {
            if (column < 0 || column >= width)
            {
                throw new ArgumentException(
                    $"Row {row} has column {column} but a row has {width} numbers; columns are counted from 0.", nameof(columns));
            }

            if (column <= before)
            {
                throw new ArgumentException(
                    $"Row {row} has column {column} after column {before}; sort the columns and give each once.", nameof(columns));
            }

            before = column;
        }
    }

    /// <summary>Writes a row in dense form: its values, and 0 everywhere else.</summary>
    /// <param name="columns">(entries): the columns whose values are stored.</param>
    /// <param name="values">(entries).</param>
    /// <param name="destination">(width): receives the row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write<T>(ReadOnlySpan<int> columns, ReadOnlySpan<T> values, Span<T> destination)
        where T : unmanaged
    {
        destination.Clear();
        for (int entry = 0; entry < columns.Length; entry++)
            destination[columns[entry]] = values[entry];
    }
}
