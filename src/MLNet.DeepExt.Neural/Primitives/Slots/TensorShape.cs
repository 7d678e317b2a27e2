namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// The shape of the inputs or outputs of a layer for each row: (features), or (members, features) if several members of an ensemble, such as
/// those of <c>Members</c>, have separate features.
/// </summary>
/// <remarks>
/// In memory, a row of (members, features) consists of consecutive lines of features, so operations on the features of a line
/// work for every shape.
/// </remarks>
public readonly record struct TensorShape
{
    /// <summary>Creates the shape (features).</summary>
    /// <param name="features">The number of features, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no features.</exception>
    public TensorShape(int features)
        : this(1, features)
    {
    }

    private TensorShape(int lines, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lines, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        if ((long)lines * width > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(lines), FormattableString.Invariant($"The shape ({lines}, {width}) has more numbers than an index counts; use fewer."));
        }

        Lines = lines;
        Width = width;
    }

    /// <summary>The number of members, or 1 without members; the number of lines of a row.</summary>
    public int Lines { get; }

    /// <summary>The number of features, which is the number of elements of a line.</summary>
    public int Width { get; }

    /// <summary>The number of elements of a row, over all lines.</summary>
    public int Count => Lines * Width;

    /// <summary>Converts a number of features to the shape (features).</summary>
    /// <param name="features">The number of features, at least 1.</param>
    public static implicit operator TensorShape(int features) => new(features);

    /// <summary>Returns this shape with another number of features.</summary>
    /// <param name="features">The number of features, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no features, or their total number exceeds the largest index.</exception>
    public TensorShape WithWidth(int features) => new(Lines, features);

    /// <summary>Returns the shape (members, features) with the features of this shape.</summary>
    /// <param name="members">The number of members, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no members, or the total number of features exceeds the largest index.</exception>
    public TensorShape WithLines(int members) => new(members, Width);

    /// <summary>The shape as text, such as <c>64</c>, or <c>(32, 64)</c>.</summary>
    public override string ToString() =>
        Lines == 1 ? FormattableString.Invariant($"{Width}") : FormattableString.Invariant($"({Lines}, {Width})");
}
