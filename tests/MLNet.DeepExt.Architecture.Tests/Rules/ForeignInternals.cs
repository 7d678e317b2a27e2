using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Runtime.Loader;
using MLNet.DeepExt.Architecture.Tests.Metadata;
using TypeName = MLNet.DeepExt.Architecture.Tests.Metadata.TypeName;

namespace MLNet.DeepExt.Architecture.Tests.Rules;

/// <summary>
/// Internals of ML.NET are compiled against as if they were public (see the runtime's IgnoresAccessChecksTo). The compiler
/// then warns of nothing, so these rules do: one place uses them, all of them still exist, none shows in our public surface.
/// </summary>
/// <param name="assembly">Our assembly, loaded.</param>
/// <param name="uses">What it uses.</param>
/// <param name="isForeign">Whether an assembly, by its simple name, is one whose internals we use.</param>
internal sealed class ForeignInternals(Assembly assembly, AssemblyUses uses, Predicate<string> isForeign)
{
    /// <summary>Lists the internals that are used by types outside the namespace <paramref name="home"/>.</summary>
    public IEnumerable<string> UsedOutside(string home) =>
        from type in uses.Types
        where !type.Type.IsWithin(home)
        from used in Internals(type)
        select $"{type.Type} uses the internal {used}; move that into {home}";

    /// <summary>Lists every internal that is used, by anyone: what a new version of ML.NET may take away.</summary>
    public IEnumerable<string> All() => AllUses().SelectMany(Internals).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Lists foreign types and members, internal or public, that the referenced version does not have.</summary>
    public IEnumerable<string> Missing() => AllUses().SelectMany(type => MissingTypes(type).Concat(MissingMembers(type)));

    /// <summary>Lists public and protected members of ours whose declaration names an internal type.</summary>
    public IEnumerable<string> Leaks() =>
        from type in assembly.GetTypes()
        where Visibility.IsVisible(type)
        from member in Visibility.Members(type).Prepend(type)
        from named in Declaration(member).SelectMany(Parts).Distinct()
        where isForeign(named.Assembly.GetName().Name!) && !Visibility.IsVisible(named)
        select $"{type.FullName}{(member is Type ? "" : "." + member.Name)} shows the internal {named.FullName}";

    private IEnumerable<TypeUses> AllUses() => uses.Types.Append(uses.AssemblyLevel);

    private IEnumerable<string> Internals(TypeUses type)
    {
        IEnumerable<string> types =
            from name in Foreign(type.Types)
            where Resolve(name) is { } resolved && !Visibility.IsVisible(resolved)
            select name.ToString();
        IEnumerable<string> members =
            from use in Foreign(type.Members)
            where Resolve(use) is { } resolved && !Visibility.IsVisible(resolved)
            select use.ToString();
        return types.Concat(members).Concat(type == uses.AssemblyLevel ? [] : InternalOverrides(type.Type)).Distinct();
    }

    // An override names nothing in the metadata, and yet stands or falls with the method it overrides.
    private IEnumerable<string> InternalOverrides(TypeName type) =>
        from method in assembly.GetType(type.FullName, throwOnError: true)!.GetMethods(Visibility.Declared)
        let root = method.GetBaseDefinition()
        where root != method && isForeign(root.DeclaringType!.Assembly.GetName().Name!) && !Visibility.IsVisible(root)
        select $"{FullName(root.DeclaringType!)}.{root.Name}";

    private IEnumerable<string> MissingTypes(TypeUses type) =>
        from name in Foreign(type.Types)
        where Resolve(name) is null
        select $"{type.Type} uses {name}, which {name.Assembly} does not have";

    private IEnumerable<string> MissingMembers(TypeUses type) =>
        from use in Foreign(type.Members)
        where Resolve(use.Type) is not null && Resolve(use) is null
        select $"{type.Type} uses {use}, which {use.Type.Assembly} does not have in this form";

    private IEnumerable<TypeName> Foreign(IEnumerable<TypeName> types) => types.Where(type => isForeign(type.Assembly));

    private IEnumerable<MemberUse> Foreign(IEnumerable<MemberUse> members) => members.Where(use => isForeign(use.Type.Assembly));

    private Type? Resolve(TypeName name) => Referenced(name.Assembly).GetType(name.FullName, throwOnError: false);

    private MemberInfo? Resolve(MemberUse use)
    {
        try
        {
            // Type variables resolve as themselves: any stand-in could break a constraint.
            Type[]? ofType = use.InType.IsNil ? null : Token(use.InType, assembly.ManifestModule.ResolveType).GetGenericArguments();
            Type[]? ofMethod = use.InMethod.IsNil || Token(use.InMethod, assembly.ManifestModule.ResolveMethod) is not MethodInfo method
                ? null
                : method.GetGenericArguments();
            return assembly.ManifestModule.ResolveMember(MetadataTokens.GetToken(use.Handle), ofType, ofMethod);
        }
        catch (Exception exception) when (exception is MissingMemberException or TypeLoadException)
        {
            return null;
        }
    }

    private static string FullName(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!;

    private static T Token<T>(EntityHandle handle, Func<int, T> resolve) => resolve(MetadataTokens.GetToken(handle));

    private Assembly Referenced(string name)
    {
        AssemblyName? reference = assembly.GetReferencedAssemblies().FirstOrDefault(candidate => candidate.Name == name);
        return AssemblyLoadContext.GetLoadContext(assembly)!.LoadFromAssemblyName(reference ?? new AssemblyName(name));
    }

    // What a reader of the declaration sees. A class may implement an internal interface: that is not part of its face.
    private static IEnumerable<Type> Declaration(MemberInfo member) => member switch
    {
        Type type => type.GetGenericArguments().SelectMany(Constraints)
            .Concat(type.IsInterface ? type.GetInterfaces() : [])
            .Concat(type.BaseType is { } parent ? [parent] : []),
        MethodInfo method => method.GetGenericArguments().SelectMany(Constraints)
            .Concat(method.GetParameters().Select(parameter => parameter.ParameterType))
            .Append(method.ReturnType),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        EventInfo raised => [raised.EventHandlerType!],
        _ => [],
    };

    private static Type[] Constraints(Type argument) => argument.IsGenericParameter ? argument.GetGenericParameterConstraints() : [];

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericParameter ? []
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];
}
