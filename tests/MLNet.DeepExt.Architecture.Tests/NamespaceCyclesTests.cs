using MLNet.DeepExt.Architecture.Tests.Metadata;
using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class NamespaceCyclesTests
{
    [Theory]
    [MemberData(nameof(Repository.Assemblies), MemberType = typeof(Repository))]
    public void No_namespaces_use_each_other(string assembly) =>
        Rule.Holds(Cycles.Violations(UseReader.Read(Repository.PathOf(assembly)), type => type.Namespace));

    [Fact]
    public void A_cycle_is_reported_use_by_use()
    {
        const string Root = "MLNet.DeepExt.Architecture.Tests.Samples.Cycles";
        AssemblyUses self = UseReader.Read(typeof(NamespaceCyclesTests).Assembly.Location);
        AssemblyUses sample = self with { Types = [.. self.Types.Where(uses => uses.Type.IsWithin(Root))] };
        Rule.Reports(
            Cycles.Violations(sample, type => type.Namespace).Select(line => line.Replace(Root + ".", "", StringComparison.Ordinal)),
            "A.First → B.Second closes a cycle between A and B",
            "B.Second → C.Third closes a cycle between B and C",
            "C.Third → A.Idle closes a cycle between C and A");
    }
}
