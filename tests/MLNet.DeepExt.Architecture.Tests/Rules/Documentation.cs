using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>Everything that a user can name has a summary, or inherits one.</summary>
/// <remarks>The compiler asks for it too (CS1591), but is content with an empty comment and can be told to be silent.</remarks>
internal static class Documentation
{
    /// <summary>Lists the visible members of <paramref name="types"/> that the documentation file says nothing of.</summary>
    public static IEnumerable<string> Violations(IEnumerable<Type> types, XDocument documentation)
    {
        HashSet<string> documented =
        [
            .. from member in documentation.Descendants("member")
               where member.Element("inheritdoc") is not null || !string.IsNullOrWhiteSpace(member.Element("summary")?.Value)
               select member.Attribute("name")!.Value
        ];
        return
            from type in types
            where Visibility.IsVisible(type) && !IsGenerated(type)
            from member in Members(type).Prepend(type)
            let id = DocumentationId.Of(member)
            where !documented.Contains(id)
            select $"{id} has no documentation";
    }

    private static IEnumerable<MemberInfo> Members(Type type) =>
        typeof(Delegate).IsAssignableFrom(type)
            ? []
            : Visibility.Members(type).Where(member => !IsGenerated(member) && IsWritten(member));

    private static bool IsGenerated(MemberInfo member) =>
        member.Name.Contains('<', StringComparison.Ordinal)
        || member.IsDefined(typeof(CompilerGeneratedAttribute))
        // A record's; the accessors of other properties are generated too, where the property itself is written.
        || member is PropertyInfo { Name: "EqualityContract" };

    private static bool IsWritten(MemberInfo member) => member switch
    {
        // A lone constructor without parameters is most often the one that nobody wrote; metadata cannot tell.
        ConstructorInfo constructor => constructor.GetParameters().Length > 0
            || constructor.DeclaringType!.GetConstructors(Visibility.Declared).Count(other => !other.IsStatic && !IsGenerated(other)) > 1,
        // Accessors are documented by their property; an override by what it overrides.
        MethodInfo method => method.GetBaseDefinition() == method
            && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)),
        PropertyInfo property => property.GetAccessors(nonPublic: true).All(accessor => accessor.GetBaseDefinition() == accessor),
        FieldInfo field => !field.IsSpecialName,
        _ => true,
    };
}
