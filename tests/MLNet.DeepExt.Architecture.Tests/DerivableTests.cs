using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class DerivableTests
{
    [Theory]
    [MemberData(nameof(Repository.Assemblies), MemberType = typeof(Repository))]
    public void What_can_be_derived_outside_can_be_derived_whole(string assembly) =>
        Rule.Holds(Derivable.Violations(Repository.Load(assembly).GetTypes()));

    [Fact]
    public void Members_that_cannot_be_overridden_outside_are_reported()
    {
        const string Samples = "MLNet.DeepExt.Architecture.Tests.Samples.Derived";
        Rule.Reports(
            Derivable.Violations(typeof(DerivableTests).Assembly.GetTypes().Where(type => type.Namespace == Samples)),
            Samples + ".HalfOpen can be derived outside of its assembly but Size, which is abstract, is internal",
            Samples + ".HalfOpen can be derived outside of its assembly but Run, which is abstract, is internal",
            Samples + ".HalfOpenRecord can be derived outside of its assembly but Run, which is abstract, is internal");
    }
}
