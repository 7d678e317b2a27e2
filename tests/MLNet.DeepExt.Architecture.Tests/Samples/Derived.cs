namespace MLNet.DeepExt.Architecture.Tests.Samples.Derived;

/// <summary>A sample that looks as if it could be derived.</summary>
public abstract class HalfOpen
{
    /// <summary>Can be overridden.</summary>
    public abstract int Count { get; }

    /// <summary>Cannot.</summary>
    internal abstract int Size { get; }

    /// <summary>Neither.</summary>
    private protected abstract void Run();
}

/// <summary>A sample of a record that looks as if it could be derived.</summary>
public abstract record HalfOpenRecord
{
    /// <summary>Cannot be overridden.</summary>
    internal abstract void Run();
}

/// <summary>A sample with nothing in the way.</summary>
public abstract record Open
{
    /// <summary>Can be overridden.</summary>
    protected internal abstract void Run();
}

/// <summary>A sample that is not meant to be derived.</summary>
public abstract record Shut
{
    private protected Shut()
    {
    }

    internal abstract void Run();
}
