namespace MLNet.DeepExt.Neural.Primitives;

/// <summary>An attribute of an operator of an <see cref="IOperatorGraph"/>.</summary>
public sealed record OperatorAttribute
{
    /// <summary>Creates an integer attribute.</summary>
    /// <param name="name">The name of the attribute.</param>
    /// <param name="value">Its value.</param>
    public OperatorAttribute(string name, long value) => (Name, Value) = (name, value);

    /// <summary>Creates a floating-point attribute.</summary>
    /// <param name="name">The name of the attribute.</param>
    /// <param name="value">Its value.</param>
    public OperatorAttribute(string name, float value) => (Name, Value) = (name, value);

    /// <summary>Creates an attribute that is an element type.</summary>
    /// <param name="name">The name of the attribute.</param>
    /// <param name="value">The type in .NET, such as <see cref="uint"/>.</param>
    public OperatorAttribute(string name, Type value) => (Name, Value) = (name, value);

    /// <summary>The name of the attribute.</summary>
    public string Name { get; }

    /// <summary>The value: a <see cref="long"/>, a <see cref="float"/> or a <see cref="Type"/>.</summary>
    public object Value { get; }
}
