using System.Reflection;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>
/// A public abstract type can either be derived outside of its assembly, with nothing internal in the way, or has no constructor that is reached
/// from there.
/// </summary>
internal static class Derivable
{
    /// <summary>Lists what no class outside of the assembly could override, and the types of signatures that it could not name.</summary>
    public static IEnumerable<string> Violations(IEnumerable<Type> types) =>
        from type in types
        where type.IsVisible && type.IsAbstract && !type.IsSealed && !type.IsInterface && HasReachableConstructor(type)
        from violation in InternalMembers(type).Concat(InternalTypes(type))
        select violation;

    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    // The constructor that copies a record needs one to copy.
    private static bool HasReachableConstructor(Type type) => type.GetConstructors(All).Any(
        constructor => IsReachable(constructor) && !constructor.GetParameters().Any(parameter => parameter.ParameterType == type));

    private static IEnumerable<string> InternalMembers(Type type) =>
        from method in type.GetMethods(All)
        where method.IsAbstract && !IsReachable(method)
        select $"{type.FullName} can be derived outside of its assembly but {Name(method)}, which is abstract, is internal";

    private static IEnumerable<string> InternalTypes(Type type) =>
        from method in type.GetMethods(All)
        where method.IsAbstract && IsReachable(method)
        from used in method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType)
        where !(used.HasElementType ? used.GetElementType()! : used).IsVisible
        select $"{type.FullName} can be derived outside of its assembly but {Name(method)} has the internal type {used.Name} in its signature";

    private static bool IsReachable(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Name(MethodInfo method) => method.IsSpecialName ? method.Name[4..] : method.Name;
}
