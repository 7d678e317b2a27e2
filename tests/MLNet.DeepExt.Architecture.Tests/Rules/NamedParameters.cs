using System.Reflection;
using System.Reflection.Metadata.Ecma335;
using MLNet.DeepExt.Architecture.Tests.Metadata;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>An ArgumentException names the parameter, or the option, that is at fault.</summary>
internal static class NamedParameters
{
    private const string Fault = "System.ArgumentException";

    /// <summary>Lists the types that make an exception without a name.</summary>
    /// <param name="assembly">The assembly, loaded.</param>
    /// <param name="uses">What its types use.</param>
    /// <param name="exempt">The full name of a type that passes on exceptions of others.</param>
    public static IEnumerable<string> Violations(Assembly assembly, AssemblyUses uses, string? exempt = null) =>
        from type in uses.Types
        where type.Type.ToString() != exempt && type.Members.Any(member => IsUnnamed(assembly, member))
        orderby type.Type
        select $"{type.Type} makes an ArgumentException that names no parameter; give it the name of the parameter, or of the option";

    private static bool IsUnnamed(Assembly assembly, MemberUse member) =>
        member.Name == ".ctor" && member.Type.ToString() == Fault
        && assembly.ManifestModule.ResolveMethod(MetadataTokens.GetToken(member.Handle))!.GetParameters()
            .All(parameter => parameter.Name != "paramName");
}
