using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace MLNet.DeepExt.Search;

/// <summary>When two values of a choice are the same: arrays and lists of one type by their elements, and others as they say.</summary>
internal sealed class ValueEquality : IEqualityComparer<object?>
{
    private ValueEquality()
    {
    }

    /// <summary>The only one.</summary>
    public static ValueEquality Instance { get; } = new();

    /// <inheritdoc/>
    public new bool Equals(object? x, object? y) => x is IList list && y is IList other
        ? x.GetType() == y.GetType() && list.Cast<object?>().SequenceEqual(other.Cast<object?>(), this)
        : object.Equals(x, y);

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] object? obj) => obj is IList list
        ? list.Cast<object?>().Aggregate(list.Count, (hash, element) => HashCode.Combine(hash, element is null ? 0 : GetHashCode(element)))
        : obj.GetHashCode();
}
