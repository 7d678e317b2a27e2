using System.Reflection;
using System.Runtime.CompilerServices;

namespace MLNet.DeepExt.Architecture.Tests;

/// <summary>Extension properties of C# 14 have no name that F# or an older C# can write; extension methods have.</summary>
public sealed class ExtensionMembersTests
{
    [Theory]
    [MemberData(nameof(Repository.Assemblies), MemberType = typeof(Repository))]
    public void Every_extension_property_has_a_plain_method_beside_it(string assembly) =>
        Rule.Holds(Repository.Load(assembly).GetExportedTypes().SelectMany(WithoutPlainMethod));

    [Fact]
    public void An_extension_property_without_a_plain_method_is_reported() =>
        Rule.Reports(WithoutPlainMethod(typeof(Bare)), "Bare.Letters has no plain method GetLetters", "Bare.Blank has no plain method Blank");

    // The compiler writes the getter of an extension property as a static method of the class that the block is in.
    private static IEnumerable<string> WithoutPlainMethod(Type type) =>
        from getter in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where type is { IsAbstract: true, IsSealed: true } && getter.Name.StartsWith("get_", StringComparison.Ordinal)
            && type.GetProperty(getter.Name[4..], BindingFlags.Public | BindingFlags.Static) is null
        let name = getter.GetParameters().Length == 0 ? getter.Name[4..] : "Get" + getter.Name[4..]
        let parameters = getter.GetParameters().Select(parameter => parameter.ParameterType).ToArray()
        where type.GetMethod(name, BindingFlags.Public | BindingFlags.Static, parameters) is not { } plain
            || plain.ReturnType != getter.ReturnType
            || plain.IsDefined(typeof(ExtensionAttribute)) != parameters.Length > 0
        select $"{type.Name}.{getter.Name[4..]} has no plain method {name}";
}

/// <summary>Breaks the rule twice, and keeps it once.</summary>
public static class Bare
{
    extension(string text)
    {
        /// <summary>The number of characters.</summary>
        public int Letters => text.Length;

        /// <summary>The characters.</summary>
        public char[] Characters => text.ToCharArray();
    }

    extension(string)
    {
        /// <summary>A space.</summary>
        public static string Blank => " ";
    }

    /// <summary>The characters.</summary>
    public static char[] GetCharacters(this string text) => text.ToCharArray();
}
