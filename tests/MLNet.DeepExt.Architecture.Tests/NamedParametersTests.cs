using System.Reflection;
using MLNet.DeepExt.Architecture.Tests.Metadata;
using MLNet.DeepExt.Architecture.Tests.Rules;

namespace MLNet.DeepExt.Architecture.Tests;

public sealed class NamedParametersTests
{
    [Theory]
    [MemberData(nameof(Repository.Assemblies), MemberType = typeof(Repository))]
    public void Every_ArgumentException_names_its_parameter(string assembly) => Rule.Holds(NamedParameters.Violations(
        Repository.Load(assembly), UseReader.Read(Repository.PathOf(assembly)), exempt: "MLNet.DeepExt.Interop.Hosting.SourceFault"));

    [Fact]
    public void An_ArgumentException_without_a_name_is_reported()
    {
        Assembly assembly = typeof(NamedParametersTests).Assembly;
        Rule.Reports(
            NamedParameters.Violations(assembly, UseReader.Read(assembly.Location))
                .Where(line => line.Contains(".Samples.Faults.", StringComparison.Ordinal)),
            "MLNet.DeepExt.Architecture.Tests.Samples.Faults.Unnamed makes an ArgumentException that names no parameter; give it the name of the " +
            "parameter, or of the option",
            "MLNet.DeepExt.Architecture.Tests.Samples.Faults.UnnamedWithCause makes an ArgumentException that names no parameter; give it the name" +
            " of the parameter, or of the option");
    }
}
