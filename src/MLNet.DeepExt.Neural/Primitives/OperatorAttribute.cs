namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>A setting of an operator of an <see cref="IOperatorGraph"/>.</summary>
public sealed record OperatorAttribute
{
    /// <summary>A whole number.</summary>
    /// <param name="name">The name of the attribute.</param>
    /// <param name="value">Its value.</param>
    public OperatorAttribute(string name, long value) => (Name, Value) = (name, value);

    /// <summary>A number.</summary>
    /// <param name="name">The name of the attribute.</param>
    /// <param name="value">Its value.</param>
    public OperatorAttribute(string name, float value) => (Name, Value) = (name, value);

    /// <summary>A type of elements.</summary>
    /// <param name="name">The name of the attribute.</param>
    /// <param name="value">The type in .NET, such as <see cref="uint"/>.</param>
    public OperatorAttribute(string name, Type value) => (Name, Value) = (name, value);

    /// <summary>The name of the attribute.</summary>
    public string Name { get; }

    /// <summary>A <see cref="long"/>, a <see cref="float"/> or a <see cref="Type"/>.</summary>
    public object Value { get; }
}
