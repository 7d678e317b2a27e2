namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>
/// The shape of what a layer reads or gives for each row: (features), or (members, features) where several members of an ensemble, such as
/// those of <c>Members</c>, have features of their own.
/// </summary>
/// <remarks>
/// In memory a row of (members, features) is so many lines of features, one after the other, so that what works on the features of a line
/// works on every shape.
/// </remarks>
public readonly record struct TensorShape
{
    /// <summary>Makes the shape (features).</summary>
    /// <param name="features">At least 1.</param>
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

    /// <summary>Members, or 1 where there are features alone: how many lines a row takes.</summary>
    public int Lines { get; }

    /// <summary>Features: numbers in a line.</summary>
    public int Width { get; }

    /// <summary>Numbers in a row, of all lines.</summary>
    public int Count => Lines * Width;

    /// <summary>The shape (features).</summary>
    /// <param name="features">At least 1.</param>
    public static implicit operator TensorShape(int features) => new(features);

    /// <summary>This shape with other features.</summary>
    /// <param name="features">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no features, or all together are more than an index counts.</exception>
    public TensorShape WithWidth(int features) => new(Lines, features);

    /// <summary>The shape (members, features) with the features of this one.</summary>
    /// <param name="members">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no members, or all features together are more than an index counts.</exception>
    public TensorShape WithLines(int members) => new(members, Width);

    /// <summary>Such as <c>64</c>, or <c>(32, 64)</c>.</summary>
    public override string ToString() =>
        Lines == 1 ? FormattableString.Invariant($"{Width}") : FormattableString.Invariant($"({Lines}, {Width})");
}
