using MLNet.DeepExt.Architecture.Tests.Metadata;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class UseReaderTests
{
    private const string Samples = "MLNet.DeepExt.Architecture.Tests.Samples.Uses";

    private static readonly AssemblyUses Self = UseReader.Read(typeof(UseReaderTests).Assembly.Location);

    private static TypeUses User => Self.Types.Single(uses => uses.Type.FullName == Samples + ".User`1");

    [Theory]
    [InlineData("BaseClass")]
    [InlineData("IInterface")]
    [InlineData("FieldType")]
    [InlineData("TypeArgument")]
    [InlineData("PropertyType")]
    [InlineData("ParameterType")]
    [InlineData("ArrayElement")]
    [InlineData("PointedTo")]
    [InlineData("EventArgument")]
    [InlineData("ConstraintType")]
    [InlineData("Created")]
    [InlineData("Tested")]
    [InlineData("CaughtException")]
    [InlineData("MethodArgument")]
    [InlineData("MarkAttribute")]
    [InlineData("NamedByAttribute")]
    [InlineData("NamedInNestedAttribute`1")]
    [InlineData("Callee")]
    [InlineData("InLambda")]
    [InlineData("InIterator")]
    [InlineData("InAsync")]
    [InlineData("InLocalFunction")]
    public void A_type_uses_what_its_declaration_and_its_methods_name(string used) =>
        Assert.Contains(new TypeName(Self.Name, Samples, used), User.Types);

    [Theory]
    [InlineData("OnlyItsConstant")] // inlined by the compiler
    [InlineData("OnlyInSignatureOfCallee")]
    [InlineData("User`1")]
    public void A_type_does_not_use_itself_nor_what_it_never_names(string used) =>
        Assert.DoesNotContain(new TypeName(Self.Name, Samples, used), User.Types);

    [Fact]
    public void Members_of_other_types_are_listed_by_name()
    {
        string[] members = [.. User.Members.Select(member => member.ToString()).Distinct()];
        Assert.Contains(Samples + ".Callee.Call", members);
        Assert.Contains(Samples + ".Callee.Generic", members);
        Assert.Contains(Samples + ".Callee.Field", members);
        Assert.Contains(Samples + ".Created..ctor", members);
        Assert.Contains("System.EventHandler`1.Invoke", members);
        Assert.DoesNotContain(members, member => member.StartsWith(Samples + ".User`1", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_types_that_somebody_wrote_are_listed()
    {
        string[] types = [.. Self.Types.Where(uses => uses.Type.Namespace == Samples).Select(uses => uses.Type.Name)];
        Assert.Contains("User`1", types);
        Assert.Contains("User`1+Nested", types);
        Assert.Single(types, name => name.StartsWith('<'));
        Assert.Single(types, name => name.EndsWith("__FileLocal", StringComparison.Ordinal));
        Assert.Equal(types.Length, types.Distinct().Count());
        // Collection expressions and array data bring types of no namespace along.
        Assert.DoesNotContain(Self.Types, uses => uses.Type.Namespace.Length == 0 && uses.Type.Name.StartsWith('<'));
    }

    [Theory]
    [MemberData(nameof(Repository.Assemblies), MemberType = typeof(Repository))]
    public void Every_assembly_has_types_for_the_rules_to_hold_for(string assembly) =>
        Assert.NotEmpty(UseReader.Read(Repository.PathOf(assembly)).Types);

    [Fact]
    public void Every_token_of_every_body_of_a_large_assembly_is_read()
    {
        // The core library has every instruction, signature and attribute that the compiler can write.
        AssemblyUses core = UseReader.Read(typeof(object).Assembly.Location);
        Assert.True(core.Types.Count > 2000, $"{core.Types.Count} types");
    }
}
