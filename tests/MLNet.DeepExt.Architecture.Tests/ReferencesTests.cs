using MLNet.DeepExt.Architecture.Tests.Metadata;
using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class ReferencesTests
{
    [Fact]
    public void The_engine_knows_nothing_of_ML_NET_nor_of_anything_but_the_base_class_library() =>
        Rule.Holds(References.Violations(UseReader.Read(Repository.PathOf(Repository.Neural))));

    [Fact]
    public void Other_references_are_reported() =>
        Assert.Contains(
            "MLNet.DeepExt.Architecture.Tests must not reference xunit.v3.assert",
            References.Violations(UseReader.Read(typeof(ReferencesTests).Assembly.Location)));
}
