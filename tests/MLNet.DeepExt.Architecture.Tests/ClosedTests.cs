using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class ClosedTests
{
    [Theory]
    [MemberData(nameof(Repository.Assemblies), MemberType = typeof(Repository))]
    public void A_class_is_either_abstract_or_sealed(string assembly) =>
        Rule.Holds(Closed.Violations(Repository.Load(assembly).GetTypes()));

    [Fact]
    public void Classes_between_are_reported()
    {
        const string Samples = "MLNet.DeepExt.Architecture.Tests.Samples.Classes";
        Rule.Reports(
            Closed.Violations(typeof(ClosedTests).Assembly.GetTypes().Where(type => type.Namespace == Samples)),
            Samples + ".Between must be abstract or sealed",
            Samples + ".Between+NestedBetween must be abstract or sealed");
    }
}
