namespace System.Runtime.CompilerServices;

/// <summary>
/// Tells the run time that this assembly uses internal members of another one. The run time knows the attribute by its name;
/// the base library does not define it.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
