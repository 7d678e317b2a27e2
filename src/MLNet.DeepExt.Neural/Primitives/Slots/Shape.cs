namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>Rows and columns of a matrix.</summary>
/// <param name="Rows">The number of rows, at least 1.</param>
/// <param name="Columns">The number of columns, at least 1.</param>
public readonly record struct Shape(int Rows, int Columns)
{
    /// <summary>Rows · columns.</summary>
    public int Count => checked(Rows * Columns);

    /// <summary>The shape as text, such as <c>784×256</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Rows}×{Columns}");
}
