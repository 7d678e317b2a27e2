using System.Reflection;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>What a class in another assembly can name: public, and protected for those that derive.</summary>
internal static class Visibility
{
    /// <summary>All members that a type itself declares.</summary>
    public const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The visible members that a type itself declares, nested types left out.</summary>
    public static IEnumerable<MemberInfo> Members(Type type) =>
        type.GetMembers(Declared).Where(member => member is not Type && IsVisible(member));

    public static bool IsVisible(Type type) =>
        type.IsNested
            ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsVisible(type.DeclaringType!)
            : type.IsPublic;

    public static bool IsVisible(MemberInfo member) => member switch
    {
        Type type => IsVisible(type),
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        EventInfo raised => IsVisible(raised.AddMethod!),
        _ => throw new ArgumentOutOfRangeException(nameof(member), $"{member} is of no known kind."),
    };
}
