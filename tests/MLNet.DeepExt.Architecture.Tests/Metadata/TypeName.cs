namespace MLNet.DeepExt.Architecture.Tests.Metadata;

/// <summary>A type by its name alone, so that types of assemblies that are not loaded compare too.</summary>
/// <param name="Assembly">Simple name of the assembly.</param>
/// <param name="Namespace">Namespace; a nested type has that of its outermost type.</param>
/// <param name="Name">Metadata name; a nested type is <c>Outer+Inner</c>.</param>
internal readonly record struct TypeName(string Assembly, string Namespace, string Name) : IComparable<TypeName>
{
    /// <summary>Namespace and name, as <see cref="System.Reflection.Assembly.GetType(string)"/> takes them.</summary>
    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";

    /// <summary>Whether the type stands in <paramref name="root"/> or in a namespace below it.</summary>
    public bool IsWithin(string root) => Namespace == root || Namespace.StartsWith(root + ".", StringComparison.Ordinal);

    /// <inheritdoc/>
    public int CompareTo(TypeName other)
    {
        int order = string.CompareOrdinal(FullName, other.FullName);
        return order != 0 ? order : string.CompareOrdinal(Assembly, other.Assembly);
    }

    /// <inheritdoc/>
    public override string ToString() => FullName;
}
