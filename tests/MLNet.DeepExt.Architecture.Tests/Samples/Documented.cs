#pragma warning disable CS0067, CS8618 // samples: never raised, never set

namespace MLNet.DeepExt.Architecture.Tests.Samples.Documented;

/// <summary>Every kind of member, each documented.</summary>
/// <typeparam name="T">Any.</typeparam>
public abstract class Complete<T>
{
    /// <summary>A constructor.</summary>
    protected Complete(int value, T other) => _ = (value, other);

    /// <summary>A field.</summary>
    protected internal readonly int Field;

    /// <summary>An event.</summary>
    public event EventHandler? Raised;

    /// <summary>A property.</summary>
    public int Property { get; protected set; }

    /// <summary>An indexer.</summary>
    public int this[int row, T[] columns] => row + columns.Length;

    /// <summary>Type variables, spans, nested generic types, arrays, pointers and references.</summary>
    public unsafe TOther Method<TOther>(
        ReadOnlySpan<T> span, Dictionary<string, List<TOther>>.Enumerator nested, float[,] grid, int[][] jagged, byte* pointer,
        ref int reference, in double input, out TOther result) => result = default!;

    /// <summary>An operator.</summary>
    public static Complete<T> operator +(Complete<T> left, Complete<T> right) => left ?? right;

    /// <summary>A conversion.</summary>
    public static explicit operator int(Complete<T> value) => value.Property;

    /// <inheritdoc/>
    public override string ToString() => "";

    private void Undocumented() => Raised?.Invoke(this, EventArgs.Empty);

    /// <summary>A nested type.</summary>
    public sealed class Nested<TInner>
    {
        /// <summary>A method of a nested type.</summary>
        public void Method(Nested<TInner> own, T outer) => _ = (own, outer);
    }
}

/// <summary>A record.</summary>
/// <param name="First">The first.</param>
public sealed record PositionalRecord(int First)
{
    /// <summary>The second.</summary>
    public int Second { get; init; }
}

/// <summary>A record that others derive from.</summary>
public abstract record OpenRecord
{
    /// <summary>A rate.</summary>
    public float Rate { get; init; }
}

/// <summary>A record structure.</summary>
/// <param name="First">The first.</param>
public readonly record struct RecordStructure(int First);

/// <summary>An enumeration.</summary>
public enum Enumeration
{
    /// <summary>One.</summary>
    One,
}

/// <summary>A delegate.</summary>
public delegate int Callback(int value);

/// <summary>An interface.</summary>
/// <typeparam name="TSelf">Who implements it.</typeparam>
public interface IOperation<TSelf>
{
    /// <summary>A static operation.</summary>
    static abstract TSelf Apply(TSelf value);
}

/// <summary>Extension members.</summary>
public static class Extensions
{
    /// <summary>A classic extension method.</summary>
    public static int Classic(this string text) => text.Length;

    /// <param name="text">A text.</param>
    extension(string text)
    {
        /// <summary>An extension property.</summary>
        public int Size => text.Length;

        /// <summary>An extension method.</summary>
        public int Twice() => 2 * text.Length;
    }
}
