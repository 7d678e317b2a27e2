namespace MLNet.DeepExt.Architecture.Tests.Samples.Undocumented;

/// <summary></summary>
public sealed class EmptySummary;

/// <summary>A class of which nothing but the name is documented.</summary>
public abstract class Bare
{
    public int Field;

    protected Bare(int value) => Field = value;

    public int Property { get; protected set; }

    protected abstract void Method<T>(IReadOnlyList<T> values);

    private protected abstract void NotForUsers();

    public sealed class Nested;
}
