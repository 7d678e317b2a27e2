using System.Reflection;
using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>A class is abstract, made to be derived from, or sealed, made to be used; nothing stands between.</summary>
internal static class Closed
{
    /// <summary>Lists the classes that are neither abstract nor sealed; a static class is both.</summary>
    public static IEnumerable<string> Violations(IEnumerable<Type> types) =>
        from type in types
        where type.IsClass && !type.IsAbstract && !type.IsSealed
        where !type.Name.Contains('<', StringComparison.Ordinal) && !type.IsDefined(typeof(CompilerGeneratedAttribute))
        select $"{type.FullName} must be abstract or sealed";
}
